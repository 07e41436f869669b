import { gunzipSync, gzipSync } from 'node:zlib';
import { BaselineError } from '../model/baseline-error.ts';
import { type BaselineDocument, FORMAT, type FunctionBaseline } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { readBaseline } from '../model/read.ts';
import { AGAIN, isMark } from '../names/step.ts';
import { unitHash } from '../names/unit-hash.ts';
import { additions } from './additions.ts';
import { Deployments } from './deployments.ts';
import { HAND_IN, overLimit } from './hand-in.ts';
import { newOrigins, type Origins, originsToJson, readOrigins, settle } from './origins.ts';

/** What is known to have been learned of one function: what a slot and a candidate hold. Joins as a set, all of it. */
export interface Learned {
  readonly model: FunctionModel;
  readonly origins: Origins;
  readonly deployments: Deployments;
}

/** A new one: those that are joined stay as they are. */
export function joinLearned(all: readonly Learned[]): Learned {
  const model = new FunctionModel();
  const origins = newOrigins();
  const deployments = new Deployments();
  for (const one of all) {
    model.join(one.model);
    origins.join(one.origins);
    deployments.join(one.deployments);
  }
  return { model, origins: settle(origins, model), deployments };
}

/**
 * Room for what slots and candidates hold. What a document has no room for is folded when it is handed on, not here: else whoever makes a candidate grow would have names of others folded
 * away for good.
 */
export const UNBOUNDED = 2 ** 40;

/** The document as `pull` hands it on: members besides the functions are of no weight to a sensor. */
export const learnedDocument = (fn: string, { model, ...provenance }: Learned): LearnedDocument =>
  documentOf(fn, { baseline: model.toBaseline(), ...provenance });

/** A part of what was learned, as text has it. */
interface Part extends Omit<Learned, 'model'> {
  readonly baseline: FunctionBaseline;
}

const documentOf = (fn: string, { baseline, origins, deployments }: Part): LearnedDocument => ({
  format: FORMAT,
  functions: { [fn]: baseline },
  origins: { [fn]: originsToJson(origins) },
  deployments: { [fn]: deployments.toJson() },
});

/** The opposite. */
export const learnedOf = (fn: string, document: LearnedDocument): Learned => ({
  model: FunctionModel.from(document.functions[fn]!),
  ...provenanceOf(document, fn),
});

export interface LearnedDocument extends BaselineDocument {
  /** By function, then by thing (`factKey`). */
  readonly origins: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By function, alias and version. */
  readonly deployments: Readonly<Record<string, ReturnType<Deployments['toJson']>>>;
}

/** Origins and deployments of a function, as a document's other members tell them: none where it has no such members. */
export function provenanceOf(raw: object, fn: string): Pick<Learned, 'origins' | 'deployments'> {
  const { origins, deployments } = raw as Partial<Record<'origins' | 'deployments', Record<string, unknown> | null>>;
  const member = (of: Record<string, unknown> | null | undefined) =>
    typeof of === 'object' && of !== null && Object.hasOwn(of, fn) ? of[fn] : null;
  return { origins: readOrigins(member(origins)), deployments: Deployments.read(member(deployments)) };
}

/**
 * Learned things in as many documents as it takes for each to fit; their join is the whole. `least`: at least so many. Null where even the most would not do. Growing
 * doubles, so that what stood in part i of the smaller number is in part i or in one of the new.
 */
export function split(
  fn: string,
  learned: Learned,
  least: number,
  largest: number | null,
  fits: Fits = canBeRead,
): Buffer[] | null {
  const { model, ...provenance } = learned;
  const whole: Part = { baseline: model.toBaseline(UNBOUNDED), ...provenance };
  for (let count = least; count <= MOST_PARTS; count *= 2) {
    const parts: Buffer[] = [];
    for (let at = 0; at < count; at++) {
      const bytes = packPart(fn, count === 1 ? whole : share(whole, count, at), { parts: count, largest, fits });
      if (bytes === null) break;
      parts.push(bytes);
    }
    if (parts.length === count) return parts;
  }
  return null;
}

/** Values of one candidate. */
export const MOST_PARTS = 16;

/** One of `count` parts: things by the hash of their names, what there is one of in the first. */
function share({ baseline, origins, deployments }: Part, count: number, at: number): Part {
  const mine = (name: string) => unitHash(name) % count === at;
  const some = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).filter(([name]) => mine(name)));
  const { steps, follows } = baseline.order;
  const stepOf = (from: string) => (isMark(from) ? from : steps[Number(from.replace('!', ''))]!);
  const rows = Object.entries(follows).filter(([from]) => mine(stepOf(from)));
  const own = newOrigins();
  for (const [key, origin] of origins.entries()) if (mine(key)) own.get(key)!.join(origin);
  const first = at === 0;
  return {
    // Made anew, so that it is in order.
    baseline: FunctionModel.from({
      ...(first ? baseline : NOTHING),
      actions: some(baseline.actions),
      egress: some(baseline.egress),
      order: { steps, follows: { [AGAIN]: {}, ...Object.fromEntries(rows) } },
      sample: baseline.sample.filter((_, index) => index % count === at),
      ...(baseline.hours === undefined ? {} : { hours: first ? baseline.hours : {} }),
      ...(baseline.several === undefined ? {} : { several: some(baseline.several) }),
      ...(baseline.ages === undefined ? {} : { ages: some(baseline.ages) }),
      ...(baseline.repeats === undefined ? {} : { repeats: some(baseline.repeats) }),
    }).toBaseline(UNBOUNDED),
    origins: own,
    deployments: first ? deployments : new Deployments(),
  };
}

const NOTHING = { invocations: 0, from: null, to: null, versions: {}, accounts: {} } as const;

/** Whether a text may be written: what could not be read again is not. */
type Fits = (text: string) => boolean;

const canBeRead: Fits = (text) => text.length <= LARGEST / 2;

/** A slot is read within limits, see `HAND_IN`. */
export const fitsSlot: Fits = (text) => Buffer.byteLength(text) <= HAND_IN.textBytes && overLimit(text) === null;

/** Null where it does not fit. */
export const pack = (
  fn: string,
  { model, ...provenance }: Learned,
  largest: number | null,
  fits: Fits = canBeRead,
): Buffer | null => packPart(fn, { baseline: model.toBaseline(UNBOUNDED), ...provenance }, { parts: 1, largest, fits });

interface Room {
  /** Of how many the part is one. */
  readonly parts: number;
  readonly largest: number | null;
  readonly fits: Fits;
}

function packPart(fn: string, part: Part, { parts, largest, fits }: Room): Buffer | null {
  const text = JSON.stringify({ ...documentOf(fn, part), ...(parts > 1 ? { parts } : {}) });
  if (!fits(text)) return null;
  const bytes = gzipSync(text);
  return largest !== null && bytes.length > largest ? null : bytes;
}

/** What stands in a slot. BaselineError where it is none of ours, or more than a sensor hands in. */
export function unpackSlot(bytes: Uint8Array, fn: string, source: string): Learned {
  if (bytes.length > HAND_IN.packedBytes) throw tooMuch(source, `it has ${bytes.length} bytes`);
  const text = unzip(bytes, source, HAND_IN.textBytes);
  const reason = overLimit(text);
  if (reason !== null) throw tooMuch(source, reason);
  const { learned } = read(text, fn, source, additions);
  if (learned === null) throw new BaselineError('hand-in', `${source} says nothing of the function ${fn}`);
  return learned;
}

const tooMuch = (source: string, reason: string): BaselineError =>
  new BaselineError('hand-in', `${source} holds more than a sensor hands in (${reason})`);

/** The opposite of `split` and `pack`; BaselineError where it is none of ours. Null where it says nothing of this function. */
export const unpack = (bytes: Uint8Array, fn: string, source: string): Unpacked =>
  read(unzip(bytes, source), fn, source);

export function canBeUnpacked(bytes: Uint8Array, fn: string): boolean {
  try {
    return unpack(bytes, fn, '').learned !== null;
  } catch {
    return false;
  }
}

/** Whether it can be read again as a candidate keeps it. */
export const isReadable = (fn: string, learned: Learned): boolean =>
  split(fn, learned, 1, null)?.every((part) => canBeUnpacked(part, fn)) !== false;

interface Unpacked {
  readonly learned: Learned | null;
  readonly parts: number;
}

function read(
  text: string,
  fn: string,
  source: string,
  told = (baseline: FunctionBaseline): FunctionBaseline => baseline,
): Unpacked {
  const raw = parsed(text, source);
  const document = readBaseline(raw, source);
  const parts = typeof raw.parts === 'number' && [2, 4, 8, 16].includes(raw.parts) ? raw.parts : 1;
  const baseline = Object.hasOwn(document.functions, fn) ? document.functions[fn] : undefined;
  if (baseline === undefined) return { learned: null, parts };
  return { learned: { model: FunctionModel.from(told(baseline)), ...provenanceOf(raw, fn) }, parts };
}

function parsed(text: string, source: string): { readonly parts?: unknown } {
  try {
    return JSON.parse(text) as { parts?: unknown };
  } catch (cause) {
    throw new BaselineError('baseline-json', `${source} is not valid JSON: a baseline document was expected`, {
      cause,
    });
  }
}

export function unzip(bytes: Uint8Array, source: string, most = LARGEST): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: most }).toString('utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new BaselineError('hand-in', `${source} unpacks to more than ${most} bytes`, { cause });
    throw new BaselineError('baseline-json', `${source} holds what is no compressed baseline document`, { cause });
  }
}

/** Bytes. What unpacks to more was made to grow. */
const LARGEST = 4 * 1024 * 1024;
