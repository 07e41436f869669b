import { own } from '../own.ts';
import type { ConditionTest } from './document.ts';
import { absorbs, absorbsArn } from './glob.ts';

/** What is known about a request: condition keys in small letters. An empty list means: known to be absent. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** unknown: the call record does not say what the condition asks for. */
export type Truth = boolean | 'unknown';

/** All of them must hold. Keys that were not known are added to `asked`. */
export function conditionsHold(tests: readonly ConditionTest[], context: Context, asked: Set<string>): Truth {
  let all: Truth = true;
  for (const test of tests) {
    const truth = holds(test, context);
    if (truth === false) return false;
    if (truth === 'unknown') {
      asked.add(test.key);
      all = 'unknown';
    }
  }
  return all;
}

function holds({ operator, key, values }: ConditionTest, context: Context): Truth {
  const known = context.get(key.toLowerCase());
  if (known === undefined) return 'unknown';
  const [quantifier, rest] = /^(ForAllValues|ForAnyValue):(.*)$/.exec(operator)?.slice(1) ?? [null, operator];
  const optional = rest!.endsWith('IfExists');
  const name = optional ? rest!.slice(0, -'IfExists'.length) : rest!;
  if (name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (known.length === 0));
  const negated = /Not/.test(name);
  const compare = own(COMPARE, name.replace('Not', ''));
  if (compare === undefined) return 'unknown';
  if (known.length === 0) return optional || negated || quantifier === 'ForAllValues';
  const one = (actual: string): Truth => {
    const truths = values.map((value) => compare(actual, value));
    const doubtful = truths.includes('unknown') || (key.toLowerCase() === LEADING_KEY && mayBe(actual, values));
    const any = truths.includes(true) ? true : doubtful ? 'unknown' : false;
    return any === 'unknown' ? any : any !== negated;
  };
  const truths = known.map(one);
  // Without a quantifier a request has one value for the key
  if (quantifier === 'ForAllValues' || quantifier === null)
    return truths.every((truth) => truth === true) || firstDoubt(truths);
  return truths.includes(true) || firstDoubt(truths);
}

/** Of a partition key a record may have the begin only. */
const LEADING_KEY = 'dynamodb:leadingkeys';

const mayBe = (actual: string, values: readonly string[]): boolean =>
  actual.endsWith('*') && values.some((value) => value.startsWith(actual.slice(0, -1)));

const firstDoubt = (truths: readonly Truth[]): Truth => (truths.includes('unknown') ? 'unknown' : false);

type Compare = (actual: string, value: string) => Truth;

const numbers =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, value) => {
    const [a, b] = [Number(actual), Number(value)];
    return Number.isNaN(a) || Number.isNaN(b) ? 'unknown' : holds(a, b);
  };

const dates =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, value) => {
    const [a, b] = [timeOf(actual), timeOf(value)];
    return Number.isNaN(a) || Number.isNaN(b) ? 'unknown' : holds(a, b);
  };

/** ISO 8601, or seconds since 1970. */
const timeOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text));

/** A value with a policy variable in it is one that we do not know. */
const known =
  (compare: (actual: string, value: string) => boolean): Compare =>
  (actual, value) =>
    /\$\{(?![*?$]\})/.test(value) ? 'unknown' : compare(actual, value);

/** By operator, without "Not" and "IfExists". Addresses are not compared: no call record has one. */
const COMPARE: Readonly<Record<string, Compare>> = {
  StringEquals: known((a, b) => a === b),
  StringEqualsIgnoreCase: known((a, b) => a.toLowerCase() === b.toLowerCase()),
  StringLike: known((a, b) => absorbs(b, a)),
  ArnEquals: known((a, b) => absorbsArn(b, a)),
  ArnLike: known((a, b) => absorbsArn(b, a)),
  Bool: (a, b) => a.toLowerCase() === b.toLowerCase(),
  NumericEquals: numbers((a, b) => a === b),
  NumericLessThan: numbers((a, b) => a < b),
  NumericLessThanEquals: numbers((a, b) => a <= b),
  NumericGreaterThan: numbers((a, b) => a > b),
  NumericGreaterThanEquals: numbers((a, b) => a >= b),
  DateEquals: dates((a, b) => a === b),
  DateLessThan: dates((a, b) => a < b),
  DateLessThanEquals: dates((a, b) => a <= b),
  DateGreaterThan: dates((a, b) => a > b),
  DateGreaterThanEquals: dates((a, b) => a >= b),
};
