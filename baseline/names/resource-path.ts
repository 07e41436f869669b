import { dateIn, type NamedDate } from './named-date.ts';
import { isShortened, jsonBytes, shortened } from './shortened.ts';

/** A resource as learning sees it: a closed head that is only ever taken literally, and, where names vary by nature, the path below it. */
export interface ResourcePath {
  /** ARN up to where names may vary; the whole ARN where nothing may: KMS keys, tables, secrets, roles, buckets, queues, topics, functions. */
  readonly head: string;
  /** What stands between head and path in the text: `/` or `:`, or `?prefix=` for the prefix of a list call or of a leading key. */
  readonly joint: string;
  /** Both: what the tree and everything else knows the head by. */
  readonly key: string;
  /** Segments between slashes; null for a closed resource. */
  readonly path: readonly string[] | null;
  /** Null where the path bears none. */
  readonly date: NamedDate | null;
}

/** Splits an ARN (or one of our templates: the text is the same but for the typed places) where its names begin to vary by nature. */
export function resourcePath(arn: string): ResourcePath {
  const { length } = arn;
  const place =
    (31 * (31 * (31 * length + arn.charCodeAt(length - 9)) + arn.charCodeAt(length - 5)) + arn.charCodeAt(length - 1)) &
    (CACHED - 1);
  if (arns[place] === arn) return paths[place]!;
  const path = split(arn);
  arns[place] = arn;
  paths[place] = path;
  return path;
}

/** Several parts ask about the same call, and what is closed comes again: one a place, by its length and three letters of its name, which is told sooner than a hash of the whole. */
const CACHED = 256;
const NOTHING: ResourcePath = { head: '', joint: '', key: '', path: null, date: null };
const arns: string[] = new Array(CACHED).fill('');
const paths: ResourcePath[] = new Array(CACHED).fill(NOTHING);

function split(arn: string): ResourcePath {
  if (isShortened(arn)) return closed(arn);
  if (arn.startsWith(object.key)) return below(object, arn);
  if (arn.startsWith('arn:')) {
    const service = arn.slice(arn.indexOf(':', 4) + 1, arn.indexOf(':', arn.indexOf(':', 4) + 1));
    const from = OPEN.get(service)?.(arn) ?? -1;
    if (from > 0) return open(arn, from, 1, service === 's3');
    if (service === 's3' || service === 's3express' || service === 'dynamodb') {
      const prefix = arn.indexOf(PREFIX);
      if (prefix > 0) return open(arn, prefix, PREFIX.length);
    }
  }
  return closed(arn);
}

function closed(arn: string): ResourcePath {
  const head = shortened(arn, LONGEST_HEAD);
  return { head, joint: '', key: head, path: null, date: null };
}

/** Bytes. */
export const LONGEST_HEAD = 256;

/** The text under which a list call's resource is learned: listing one folder is narrower than listing the bucket. */
export const withPrefix = (arn: string, prefix: string | null): string =>
  prefix === null || prefix === '' ? arn : `${arn}${PREFIX}${prefix}`;

export const PREFIX = '?prefix=';

function open(arn: string, at: number, jointLength: number, isObject = false): ResourcePath {
  const key = arn.slice(0, at + jointLength);
  let stem = stems.get(key);
  if (stem === undefined) {
    if (jsonBytes(key) > LONGEST_HEAD) return closed(arn);
    stem = { head: arn.slice(0, at), joint: arn.slice(at, at + jointLength), key };
    if (stems.size >= CACHED) stems.clear();
    stems.set(key, stem);
  }
  if (isObject) object = stem;
  return below(stem, arn);
}

function below({ head, joint, key }: Stem, arn: string): ResourcePath {
  return { head, joint, key, path: datedPath(segmentsOf(arn, key.length)), date: dateIn(arn, key.length) };
}

/** `String.split` takes longer for a handful of pieces. */
function segmentsOf(text: string, from: number): string[] {
  const segments: string[] = [];
  for (let to = text.indexOf('/', from); to >= 0; to = text.indexOf('/', from)) {
    segments.push(text.slice(from, to));
    from = to + 1;
  }
  segments.push(text.slice(from));
  return segments;
}

type Stem = Omit<ResourcePath, 'path' | 'date'>;
/** Of many objects of a few buckets: one string each, hashed once. */
const stems = new Map<string, Stem>();
/** The bucket of the latest object. Where its objects begin is told by nothing that stands behind that. */
let object: Stem = { head: '\0', joint: '', key: '\0' };

/** Index of the separator before the open part, by service; -1 where the resource is closed. What is not here is closed. */
const OPEN: ReadonlyMap<string, (arn: string) => number> = new Map(
  Object.entries<(arn: string) => number>({
    s3: (arn) => {
      const prefix = arn.indexOf(PREFIX);
      const slash = arn.indexOf('/');
      if (slash < 0 || (prefix > 0 && prefix < slash)) return -1;
      const object = arn.indexOf('/object/');
      return arn.startsWith(':::', arn.indexOf(':s3:') + 3) ? slash : object < 0 ? -1 : object + '/object'.length;
    },
    s3express: (arn) => arn.indexOf('/', arn.indexOf(':bucket/') + ':bucket/'.length),
    logs: (arn) => after(arn, ':log-stream:'),
    states: (arn) => last(arn, [':execution:', ':express:']),
    ecs: (arn) => last(arn, [':task/']),
    batch: (arn) => last(arn, [':job/']),
    ec2: (arn) => last(arn, [':instance/', ':volume/', ':network-interface/', ':snapshot/', ':image/']),
    codebuild: (arn) => last(arn, [':build/']),
    'execute-api': (arn) => arn.indexOf('/'),
    iot: (arn) => Math.max(after(arn, ':topic/'), after(arn, ':topicfilter/'), last(arn, [':thing/', ':job/'])),
    sns: (arn) => last(arn, [':endpoint/']),
    scheduler: (arn) => last(arn, [':schedule/']),
    rds: (arn) => last(arn, [':snapshot:', ':cluster-snapshot:']),
    dynamodb: (arn) => last(arn, ['/backup/', '/export/', '/import/']),
    bedrock: (arn) => last(arn, [':async-invoke/', ':session/', ':model-invocation-job/']),
    es: (arn) => arn.indexOf('/', arn.indexOf(':domain/') + ':domain/'.length),
    connect: (arn) => last(arn, ['/contact/']),
    'emr-serverless': (arn) => last(arn, ['/jobruns/']),
    comprehend: (arn) => last(arn, ['-job/']),
    translate: (arn) => last(arn, ['-job/']),
    mediaconvert: (arn) => last(arn, [':jobs/']),
    transcribe: (arn) => last(arn, [':transcription-job/']),
    sagemaker: (arn) => last(arn, [':training-job/', ':processing-job/', ':transform-job/', ':labeling-job/']),
  }),
);

/** Index of the last character of `mark`. */
function after(arn: string, mark: string): number {
  const at = arn.indexOf(mark);
  return at < 0 ? -1 : at + mark.length - 1;
}

/** The last name of a resource of one of these types: executions, tasks and jobs come and go, what they belong to does not. */
function last(arn: string, marks: readonly string[]): number {
  if (!marks.some((mark) => arn.includes(mark))) return -1;
  return Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':'));
}

/**
 * 2026/03/24/05 in a path is a date, each part in a folder of its own (Hive's `year=2026/month=03` too): it moves on by itself, so its parts are
 * never taken literally. A year alone says too little (`/2026/` may be a model's name): the month must follow.
 */
function datedPath(segments: string[]): string[] {
  for (let i = 0; i + 1 < segments.length; i++) {
    if (!endsLikeYear(segments[i]!) || !PARTS[0]![0].test(segments[i]!) || !PARTS[1]![0].test(segments[i + 1]!))
      continue;
    for (let part = 0; part < PARTS.length && i + part < segments.length; part++) {
      const [form, place] = PARTS[part]!;
      const segment = segments[i + part]!;
      if (!form.test(segment)) break;
      segments[i + part] = segment.slice(0, segment.indexOf('=') + 1) + place;
    }
    break;
  }
  return segments;
}

const endsLikeYear = (segment: string): boolean => {
  const from = segment.length - 4;
  return from >= 0 && (segment[from] === '2' || segment[from] === '1');
};

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^(?:(?:year|yyyy|y)=)?(?:19|20)\d\d$/, '{year}'],
  [/^(?:(?:month|mm|m)=)?(?:0?[1-9]|1[0-2])$/, '{month}'],
  [/^(?:(?:day|dd|d)=)?(?:0?[1-9]|[12]\d|3[01])$/, '{day}'],
  [/^(?:(?:hour|hh|h)=)?[0-2]?\d$/, '{hour}'],
];
