import { type BreakGlass, opensUntil } from '../../baseline/approval/break-glass.ts';
import type { Isolation } from '../../baseline/approval/isolation.ts';
import { serialOf } from '../../baseline/approval/serial.ts';
import type { Turned } from '../../baseline/approval/switch.ts';
import { BaselineError } from '../../baseline/model/baseline-error.ts';
import { eachAtOnce } from '../../baseline/store/at-once.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { sentenceOf } from '../errors.ts';
import { say } from '../output.ts';
import type { Approval } from './approve.ts';
import { type KnownFunction, knownFunctions } from './known-functions.ts';
import type { OpenStore } from './store.ts';

/** What sensors of a function that start now take from its store. */
export interface Standing extends KnownFunction {
  /** Of what is approved; null where nothing is. */
  readonly approval: Pick<Approval, 'serial' | 'time' | 'by'> | null;
  readonly isolation: Isolation | null;
  /** Whether it is signed as the function's sensors demand, they know. */
  readonly breakGlass: BreakGlass | null;
}

const AT_ONCE = 32;

/** Of every function that the store holds anything of, by name. `each` is told how many are done, and of how many. */
export async function standings(
  open: OpenStore,
  each: (done: number, of: number) => void = () => {},
): Promise<readonly Standing[]> {
  const { fleet } = open;
  const [known, isolated, glass] = await Promise.all([
    knownFunctions(fleet),
    orWarn(open, 'isolated', () => namesOf(fleet.isolated())),
    glassOf(open),
  ]);
  const named = new Map(known.map((one) => [one.function, one]));
  for (const name of isolated ?? [])
    if (!named.has(name)) named.set(name, { function: name, approved: false, learned: false, handedIn: false });
  const found: Standing[] = [];
  await eachAtOnce(named.values(), AT_ONCE, async (one) => {
    found.push(await standingOf(open, one, isolated?.has(one.function) === true, glass));
    each(found.length, named.size);
  });
  return found.sort((a, b) => (a.function < b.function ? -1 : 1));
}

/** Which switches hold for one function. */
export async function switchesOf(open: OpenStore, name: string): Promise<Pick<Standing, 'isolation' | 'breakGlass'>> {
  const [isolation, glass] = await Promise.all([isolationOf(open, name), glassOf(open)]);
  return { isolation, breakGlass: holding(glass, name) };
}

async function standingOf(open: OpenStore, known: KnownFunction, isolated: boolean, glass: BreakGlass | null) {
  const { function: name } = known;
  const [text, isolation] = await Promise.all([
    known.approved ? open.fleet.approvals.newest(name) : null,
    isolated ? isolationOf(open, name) : null,
  ]);
  return { ...known, approval: approvalIn(text), isolation, breakGlass: holding(glass, name) };
}

/** Null also where somebody has put there what no command of ours writes. */
function approvalIn(text: string | null): Standing['approval'] {
  if (text === null) return null;
  try {
    const document = JSON.parse(text) as { readonly approval?: Partial<Approval> };
    const serial = serialOf(document);
    const { time = '', by = null } = document.approval ?? {};
    return serial === null ? null : { serial, time, by };
  } catch {
    return null;
  }
}

const holding = (glass: BreakGlass | null, name: string): BreakGlass | null =>
  glass !== null && opensUntil(glass, name, Date.now()) !== null ? glass : null;

const isolationOf = (open: OpenStore, name: string): Promise<Isolation | null> =>
  orWarn(open, 'isolated', () => open.fleet.isolation(name).load());

const glassOf = (open: OpenStore): Promise<BreakGlass | null> =>
  orWarn(open, 'opened by break-glass', () => open.fleet.breakGlass.load(null));

/** Null where it cannot be read: sensors take no notice of such a switch either, and who asks may lack a right to it. */
async function orWarn<T>({ store }: OpenStore, what: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof BaselineError)) throw error;
    say(`rolefence baseline history: warning: what is ${what} in ${store} is not known: ${sentenceOf(error)}`);
    return null;
  }
}

async function namesOf(names: AsyncIterable<string>): Promise<ReadonlySet<string>> {
  const set = new Set<string>();
  for await (const name of names) set.add(name);
  return set;
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
const reasonOf = ({ by, reason }: Turned): string => `${by ?? 'nobody named'}: ${reason}`;

/** What is approved, and what waits. */
export function heldWords({ approved, approval, learned, handedIn }: Standing, store: string): string {
  const words = !approved
    ? 'nothing approved'
    : approval === null
      ? 'approved, without a serial'
      : `approved ${minute(approval.time)} by ${approval.by ?? 'nobody named'}, serial ${approval.serial}`;
  // What was handed in since the last run of the aggregation is worth a word only where nothing of it was joined before.
  if (learned) return approved ? `${words}; a candidate` : `a candidate, ${words}`;
  if (handedIn) return `${words}; handed in, not aggregated yet (rolefence baseline aggregate ${store})`;
  return words;
}

/** The switches that hold, a sentence each, the one that closes first. */
export function switchWords({ isolation, breakGlass }: Pick<Standing, 'isolation' | 'breakGlass'>): string[] {
  return [
    ...(isolation === null
      ? []
      : [`isolated since ${minute(isolation.from)}: nothing goes out (${reasonOf(isolation)})`]),
    ...(breakGlass === null
      ? []
      : [`block mode only alerts until ${minute(breakGlass.until)} (${reasonOf(breakGlass)})`]),
  ];
}
