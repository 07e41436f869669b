import { jsonFaultLine } from '../json-place.ts';
import { isMark } from '../learn/step.ts';
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
import { PLACE_NAMES } from './repeats.ts';
import { Seen, unitFromText } from './seen.ts';
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
  if (isMark(step)) reader.fail('an operation with its resource, or a host');
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

function readTime(reader: Reader): string | null {
  if (reader.value === null) return null;
  const text = reader.string();
  if (Number.isNaN(Date.parse(text))) reader.fail('a time (ISO 8601, UTC)');
  return text;
}

/** A value with its place in the document, for errors that say where. The place is put together only where one is made: a fleet's document has millions of values. */
class Reader {
  readonly source: string;
  readonly value: unknown;
  readonly #parent: Reader | null;
  readonly #key: string | number;

  constructor(source: string, parent: Reader | null, key: string | number, value: unknown) {
    this.source = source;
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  get path(): string {
    if (this.#parent === null) return '$';
    const key = this.#key;
    if (typeof key === 'number') return `${this.#parent.path}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key)
      ? `${this.#parent.path}.${key}`
      : `${this.#parent.path}[${JSON.stringify(key.slice(0, 120))}]`;
  }

  fail(expected: string): never {
    throw new BaselineError(
      'baseline-field',
      `${this.source}: ${this.path} is ${shown(this.value)}, expected ${expected}`,
    );
  }

  object(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.fail('an object');
    return this.value as Record<string, unknown>;
  }

  at(key: string): Reader {
    const object = this.object();
    return new Reader(this.source, this, key, Object.hasOwn(object, key) ? object[key] : undefined);
  }

  optional<T>(key: string, read: (reader: Reader) => T, otherwise: T): T {
    const reader = this.at(key);
    return reader.value === undefined ? otherwise : read(reader);
  }

  map<T>(read: (reader: Reader, key: string) => T): Record<string, T> {
    const object = this.object();
    const found: Record<string, T> = {};
    for (const key of Object.keys(object)) {
      const value = read(new Reader(this.source, this, key, object[key]), key);
      // As a name of its own, not as the object's prototype
      if (key === '__proto__')
        Object.defineProperty(found, key, { value, enumerable: true, configurable: true, writable: true });
      else found[key] = value;
    }
    return found;
  }

  list<T>(read: (reader: Reader) => T): T[] {
    if (!Array.isArray(this.value)) this.fail('a list');
    return (this.value as unknown[]).map((item, i) => read(new Reader(this.source, this, i, item)));
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a string');
  }

  count(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value) && this.value >= 0
      ? this.value
      : this.fail('a number of 0 or more');
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** " at line 3". */
function placeOf(text: string): string {
  const line = jsonFaultLine(text);
  return line === null ? '' : ` at line ${line}`;
}
