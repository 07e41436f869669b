import { jsonFaultLine } from '../json-place.ts';
import { isMark, isStep } from '../names/step.ts';
import { unitFromText } from '../names/unit-hash.ts';
import { isOurTime } from '../read-call.ts';
import { Ages } from './ages.ts';
import { BaselineError } from './baseline-error.ts';
import { Days } from './days.ts';
import {
  type ActionBaseline,
  type BaselineDocument,
  type EgressBaseline,
  type Evidence,
  type EvidenceMap,
  FORMAT,
  type FunctionBaseline,
  type OrderBaseline,
  type RepeatsBaseline,
  type Size,
} from './document.ts';
import { Follows } from './follows.ts';
import { isHourName } from './hours.ts';
import { Largest } from './largest.ts';
import { MIGRATIONS, type Migration, migrated } from './migrate.ts';
import { ANYTHING } from './order.ts';
import { Reader, shown } from './reader.ts';
import { PLACE_NAMES } from './repeats.ts';
import { Seen } from './seen.ts';
import { SIZES } from './size-model.ts';

/** What is above this is no document of ours: the richest function stays below 256 KiB. */
const MAX_LENGTH = 256 * 1024 * 1024;

/**
 * Reads a document of any version we know. `source` is what a person would look for: a file's name. Unknown fields are ignored, so that a document
 * of a newer minor version still serves; missing maps are empty, so that a document can be written by hand.
 */
export function parseBaseline(text: string, source: string): BaselineDocument {
  if (text.trim() === '')
    throw new BaselineError('baseline-json', `${source} is empty: a baseline document (JSON) was expected`);
  if (text.length > MAX_LENGTH)
    throw new BaselineError('baseline-json', `${source} is larger than any baseline (256 MiB)`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BaselineError(
      'baseline-json',
      `${source} is not valid JSON${placeOf(text)}: a baseline document was expected`,
      { cause },
    );
  }
  return readBaseline(value, source);
}

/** The same for a value that was parsed already: a delta out of a log line. */
export function readBaseline(
  value: unknown,
  source: string,
  migrations: readonly Migration[] = MIGRATIONS,
): BaselineDocument {
  const document = migrated(new Reader(source, null, '$', value).object(), migrations);
  const root = new Reader(source, null, '$', document);
  if (document.format !== FORMAT) {
    const known = typeof document.format === 'string' && document.format.startsWith('rolefence.baseline/');
    throw new BaselineError(
      'baseline-format',
      known
        ? `${source}: format is ${JSON.stringify(document.format).slice(0, 60)}, this version of rolefence reads "${FORMAT}"`
        : `${source}: $.format is ${shown(document.format)}, expected "${FORMAT}": this is no baseline document`,
    );
  }
  const functions = root.at('functions').map((reader) => readFunction(reader));
  return { format: FORMAT, functions };
}

function readFunction(reader: Reader): FunctionBaseline {
  reader.object();
  return {
    invocations: reader.optional('invocations', readEvidence, 0),
    from: reader.optional('from', readTime, null),
    to: reader.optional('to', readTime, null),
    ...(reader.at('hours').value === undefined ? {} : { hours: reader.at('hours').map(readHour) }),
    versions: reader.optional('versions', readEvidenceMap, {}),
    accounts: reader.optional('accounts', readEvidenceMap, {}),
    actions: reader.optional('actions', (at) => at.map(readAction), {}),
    egress: reader.optional('egress', (at) => at.map(readEgress), {}),
    ...(reader.at('unreached').value === undefined ? {} : { unreached: reader.at('unreached').map(readEvidence) }),
    order: reader.optional('order', readOrder, { steps: [], follows: {} }),
    sample: reader.optional('sample', (at) => at.list((item) => item.string()), []),
    ...(reader.at('several').value === undefined ? {} : { several: reader.at('several').map(readFollows) }),
    ...(reader.at('ages').value === undefined ? {} : { ages: reader.at('ages').map(readAges) }),
    ...(reader.at('repeats').value === undefined
      ? {}
      : { repeats: reader.at('repeats').map((at) => at.map(readRepeats)) }),
    ...(reader.at('opened').value === undefined ? {} : { opened: reader.at('opened').list((item) => item.string()) }),
    ...readCut(reader),
  };
}

function readAction(reader: Reader): ActionBaseline {
  reader.object();
  return {
    invocations: reader.optional('invocations', readEvidence, 0),
    regions: reader.optional('regions', readEvidenceMap, {}),
    credentials: reader.optional('credentials', readEvidenceMap, {}),
    resources: reader.optional('resources', readEvidenceMap, {}),
    ...(reader.at('fruitless').value === undefined ? {} : { fruitless: reader.at('fruitless').map(readEvidence) }),
    errors: reader.optional('errors', readEvidenceMap, {}),
    size: reader.optional('size', readSize, NO_SIZE),
    ...readCut(reader),
  };
}

function readCut(reader: Reader): Pick<FunctionBaseline, 'cut'> {
  const cut = reader.at('cut');
  if (cut.value === undefined) return {};
  const hash = (at: Reader) => (unitFromText(at.string()) === null ? at.fail('a hash of six characters') : at.string());
  return { cut: cut.map(hash) };
}

function readEgress(reader: Reader): EgressBaseline {
  reader.object();
  return {
    invocations: reader.optional('invocations', readEvidence, 0),
    size: reader.optional('size', readSize, NO_SIZE),
  };
}

const NO_SIZE: Size = Object.freeze(Object.fromEntries(SIZES.map((key) => [key, []])) as unknown as Size);

function readSize(reader: Reader): Size {
  reader.object();
  const numbers = (at: Reader) => at.list((item) => item.count());
  const kept = SIZES.filter((key) => !key.endsWith('PerInvocation') || reader.at(key).value !== undefined);
  const size = Object.fromEntries(kept.map((key) => [key, reader.optional(key, numbers, [])])) as unknown as Size;
  return reader.at('days').value === undefined ? size : { ...size, days: readSizeDays(reader.at('days'), size, kept) };
}

function readSizeDays(reader: Reader, size: Size, kept: readonly (typeof SIZES)[number][]): string {
  const text = reader.string();
  const lists = text.split(' ');
  if (lists.length !== kept.length || lists.some((days, i) => Largest.from(size[kept[i]!] ?? [], days) === null))
    reader.fail('the days of each list, as places in it with a day of base 36');
  return text;
}

function readOrder(reader: Reader): OrderBaseline {
  reader.object();
  const steps = reader.optional('steps', (at) => at.list(readStep), []);
  const known = (index: string) => /^\d{1,6}$/.test(index) && Number(index) < steps.length;
  const follows = reader.optional(
    'follows',
    (at) =>
      at.map((from, key) => {
        if (!isMark(key) && !known(key.replace(/!$/, ''))) from.fail('the index of a step, "start" or "again"');
        return from.map((to, next) => {
          if (next !== ANYTHING && !known(next)) to.fail('the index of a step, or "*"');
          return readFollows(to);
        });
      }),
    {},
  );
  return { steps, follows };
}

/** One that is named as what stands in the place of a step would take that away. */
function readStep(reader: Reader): string {
  const step = reader.string();
  if (!isStep(step)) reader.fail('an operation with its resource, or a host');
  return step;
}

function readAges(reader: Reader): string {
  const text = reader.string();
  if (Ages.fromText(text) === null) reader.fail('ages with the days of each, as "d0:* d1:g15"');
  return text;
}

function readFollows(reader: Reader): string {
  const text = reader.string();
  if (Follows.fromText(text) === null) reader.fail('a sketch or "*"');
  return text;
}

function readRepeats(reader: Reader, name: string): RepeatsBaseline {
  if (!PLACE_NAMES.includes(name)) reader.fail('the depth of a folder, "0" to "2", or "file"');
  const [repeated, anew] = [reader.at('repeated'), reader.at('anew')];
  return {
    ...(repeated.value === undefined ? {} : { repeated: readEvidence(repeated) }),
    ...(anew.value === undefined ? {} : { anew: readFollows(anew) }),
  };
}

const readEvidenceMap = (reader: Reader): EvidenceMap => reader.map(readEvidence);

function readEvidence(reader: Reader): Evidence {
  const { value } = reader;
  if (typeof value === 'number') return reader.count();
  if (Array.isArray(value) && (value.length === 2 || value.length === 3)) {
    const [count, sketch, days] = value as [unknown, unknown, unknown];
    if (typeof count === 'number' && typeof sketch === 'string' && Seen.fromText(sketch) !== null) {
      if (days === undefined) return [count, sketch];
      if (isDates(days)) return [count, sketch, days];
    }
  }
  return reader.fail('a count, or [count, sketch, days]');
}

function readHour(reader: Reader, name: string): readonly string[] {
  if (!isHourName(name)) reader.fail('an hour of the day, "00:00" to "23:00"');
  return isDates(reader.value) ? reader.value : reader.fail('a list of dates');
}

const isDates = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((date) => typeof date === 'string') && Days.fromJson(value) !== null;

/** Of four digits for the year, so that it can be compared as a text. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;

function readTime(reader: Reader): string | null {
  if (reader.value === null) return null;
  const text = reader.string();
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) reader.fail('a time (ISO 8601, UTC)');
  return isOurTime(text) ? text : new Date(time).toISOString();
}

/** " at line 3". */
function placeOf(text: string): string {
  const line = jsonFaultLine(text);
  return line === null ? '' : ` at line ${line}`;
}
