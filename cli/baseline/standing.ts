import { type BreakGlass, opensUntil } from '../../baseline/approval/break-glass.ts';
import type { Isolation } from '../../baseline/approval/isolation.ts';
import type { Turned } from '../../baseline/approval/switch.ts';
import { BaselineError } from '../../baseline/model/baseline-error.ts';
import { eachAtOnce } from '../../baseline/store/at-once.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { sentenceOf } from '../errors.ts';
import { say } from '../output.ts';
import { counted } from '../progress.ts';
import { type KnownFunction, knownFunctions, setOf } from './known-functions.ts';
import type { OpenStore } from './store.ts';
import { type ToldApproval, toldApprovalIn } from './told-approval.ts';
import { waitingIn } from './waiting.ts';

/** What sensors of a function that start now take from its store. */
export interface Standing extends KnownFunction {
  /** Of what is approved; null where nothing is, or where it bears no serial. */
  readonly approval: Omit<ToldApproval, 'restores'> | null;
  /** Things that a candidate has over what is approved; null where there are not both, or it is not known. */
  readonly news: number | null;
  readonly isolation: Isolation | null;
  /** There is a switch that should isolate it, and it cannot be read. */
  readonly isolationUnread: boolean;
  /** Whether it is signed as the function's sensors demand, they know. */
  readonly breakGlass: BreakGlass | null;
}

const AT_ONCE = 32;

/** Of every function that the store holds anything of, by name, and the switch of the fleet. `each` is told how many are done, and of how many. */
export async function standings(
  open: OpenStore,
  each: (done: number, of: number) => void = () => {},
): Promise<{ readonly functions: readonly Standing[]; readonly breakGlass: BreakGlass | null }> {
  const { fleet, store } = open;
  const [known, isolated, glass] = await Promise.all([
    knownFunctions(fleet),
    orWarn(`which functions are isolated in ${store}`, () => setOf(fleet.isolated())),
    glassOf(open),
  ]);
  const named = new Map(known.map((one) => [one.function, one]));
  for (const name of [...(isolated ?? []), ...(glass?.functions ?? [])])
    if (!named.has(name)) named.set(name, { function: name, approved: false, learned: false, handedIn: false });
  const found: Standing[] = [];
  await eachAtOnce(named.values(), AT_ONCE, async (one) => {
    found.push(await standingOf(open, one, isolated?.has(one.function) === true, glass));
    each(found.length, named.size);
  });
  return { functions: found.sort((a, b) => (a.function < b.function ? -1 : 1)), breakGlass: glass };
}

/** The same of one function. */
export async function standing(open: OpenStore, name: string): Promise<Standing | null> {
  const [known, switches] = await Promise.all([
    orWarn(`what waits of ${name} in ${open.store}`, () => knownFunctions(open.fleet)),
    switchesOf(open, name),
  ]);
  const one = known?.find((each) => each.function === name);
  if (one === undefined && switches.isolation === null && switches.breakGlass?.functions?.includes(name) !== true)
    return null;
  const { approved, learned, handedIn } = one ?? { approved: false, learned: false, handedIn: false };
  return {
    function: name,
    approved,
    learned,
    handedIn,
    approval: null,
    news: null,
    isolationUnread: false,
    ...switches,
  };
}

/** Which switches hold for one function. */
export async function switchesOf(open: OpenStore, name: string): Promise<Pick<Standing, 'isolation' | 'breakGlass'>> {
  const [isolation, glass] = await Promise.all([isolationOf(open, name), glassOf(open)]);
  return { isolation, breakGlass: holding(glass, name) };
}

async function standingOf(open: OpenStore, known: KnownFunction, isolated: boolean, glass: BreakGlass | null) {
  const { function: name } = known;
  const [text, isolation] = await Promise.all([
    known.approved
      ? orWarn(`what is approved of ${name} in ${open.store}`, () => open.fleet.approvals.newest(name))
      : null,
    isolated ? isolationOf(open, name) : null,
  ]);
  const approval = text === null ? null : toldApprovalIn(text);
  const waits = `what waits of ${name} in ${open.store}`;
  return {
    ...known,
    approval: approval === null || approval.serial === null ? null : withoutRestores(approval),
    news: known.learned && text !== null ? await orWarn(waits, () => waitingIn(open, name, text)) : null,
    isolation,
    isolationUnread: isolated && isolation === null,
    breakGlass: holding(glass, name),
  };
}

const withoutRestores = ({ restores: _, ...rest }: ToldApproval) => rest;

const holding = (glass: BreakGlass | null, name: string): BreakGlass | null =>
  glass !== null && opensUntil(glass, name, Date.now()) !== null ? glass : null;

const isolationOf = ({ fleet, store }: OpenStore, name: string): Promise<Isolation | null> =>
  orWarn(`whether ${name} is isolated in ${store}`, () => fleet.isolation(name).load());

/** Null where it is over. */
async function glassOf({ fleet, store }: OpenStore): Promise<BreakGlass | null> {
  const glass = await orWarn(`whether ${store} is opened by break-glass`, () => fleet.breakGlass.load(null));
  return glass !== null && Date.parse(glass.until) > Date.now() ? glass : null;
}

/** Null where it cannot be read: sensors take no notice of it either, who asks may lack a right to it, and one function's is not to hide the others. */
async function orWarn<T>(what: string, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof BaselineError)) throw error;
    say(`rolefence baseline history: warning: ${what} is not known: ${sentenceOf(error)}`);
    return null;
  }
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');
const reasonOf = ({ by, reason }: Turned): string => `${by ?? 'nobody named'}: ${reason}`;

/** What is approved, what waits, and what holds nothing although it is there. */
export function heldWords(one: Standing, store: string): string {
  const unread = one.isolationUnread ? '; an isolation switch that cannot be read, which sensors do not heed' : '';
  return `${approvedWords(one, store)}${unread}`;
}

function approvedWords({ approved, approval, news, learned, handedIn }: Standing, store: string): string {
  const words = !approved
    ? 'nothing approved'
    : approval === null
      ? 'approved, with no serial that can be read'
      : `approved ${minute(approval.time)} by ${approval.by ?? 'nobody named'}, serial ${approval.serial}${approval.signed ? ', signed' : ''}`;
  if (learned && !approved) return `a candidate, ${words}`;
  // What was handed in since the last run of the aggregation is worth a word only where nothing of it was joined before.
  if (learned)
    return news === 0 ? words : `${words}; a candidate${news === null ? '' : ` with ${counted(news, 'new thing')}`}`;
  if (handedIn) return `${words}; handed in, not aggregated yet (rolefence baseline aggregate ${store})`;
  return words;
}

/** The switches that hold, a sentence each, the one that closes first. `signed`: what is approved. */
export function switchWords(
  { isolation, breakGlass }: Pick<Standing, 'isolation' | 'breakGlass'>,
  signed: boolean,
): string[] {
  return [
    ...(isolation === null
      ? []
      : [`isolated since ${minute(isolation.from)}: nothing goes out (${reasonOf(isolation)})`]),
    ...(breakGlass === null ? [] : [glassWords(breakGlass, signed)]),
  ];
}

export function glassWords(glass: BreakGlass, signed: boolean): string {
  const words = `block mode only alerts until ${minute(glass.until)} (${reasonOf(glass)})`;
  return signed && glass.signature === undefined
    ? `${words}, unsigned: sensors with ROLEFENCE_BASELINE_KEY do not heed it`
    : words;
}
