import type { CallGroup } from '../../baseline/cloudtrail-groups.ts';
import { dayOf } from '../../baseline/model/days.ts';
import type { AreLargest, DayLargest } from '../../baseline/model/largest.ts';
import { unitHash } from '../../baseline/names/unit-hash.ts';
import { UsageError } from '../errors.ts';
import { LIST_PARAMETERS } from './lists.ts';
import { DIGITS, SEPARATOR } from './query.ts';

/** One row of `groupQuery`'s result as Athena tells it: text by column, missing where NULL. */
export type Row = ReadonlyMap<string, string>;

export interface Counted {
  readonly group: CallGroup;
  readonly events: number;
}

export function groupOf(row: Row): Counted {
  const need = (column: string): string => {
    const value = row.get(column);
    if (value === undefined)
      throw new UsageError(`the query's answer lacks a value of ${column}: expected what the query asks for`);
    return value;
  };
  const get = (column: string): string | null => row.get(column) ?? null;
  const numbers = (column: string): number[] => listed(get(column)).map(Number);
  const largest = (column: string): AreLargest => ({
    values: numbers(column),
    days: listed(get(`${column}_days`)).map(dayLargest),
  });
  return {
    events: Number(need('events')),
    group: {
      function: need('fn'),
      service: need('service'),
      operation: need('operation'),
      action: get('action'),
      asked: {
        record: { resources: listed(get('arns'), SEPARATOR).map(resource) },
        parameters: parametersIn(row),
        account: get('account'),
        region: get('region'),
      },
      signed: need('signed') === 'true',
      errorCode: get('error'),
      from: time(need('first_stamp')),
      to: time(need('last_stamp')),
      days: listed(need('days')),
      units: row.has('unit_texts') ? listed(get('unit_texts'), SEPARATOR).map(unitHash) : numbers('units'),
      largest: {
        calls: largest('calls'),
        bytesOut: largest('bytes_out'),
        bytesIn: largest('bytes_in'),
        bytesOutPerInvocation: largest('bytes_out_sum'),
        bytesInPerInvocation: largest('bytes_in_sum'),
      },
    },
  };
}

/** Which parameter the path was, before names of one form were put together. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['key', 'key'],
  ['prefix', 'prefix'],
  ['source', 'x-amz-copy-source'],
]);

function parametersIn(row: Row): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const one of listed(row.get('asked') ?? null, SEPARATOR)) {
    const [, name, mark, value] = /^([^=:]+)([=:])(.*)$/s.exec(one) ?? [];
    if (name === undefined) continue;
    parameters[name] = mark === ':' ? LIST_PARAMETERS.get(name)?.value(JSON.parse(value!)) : value;
  }
  const place = PLACES.get(row.get('place') ?? '');
  if (place !== undefined) parameters[place] = row.get('path');
  return parameters;
}

/** `TYPE ARN`, the type empty where it is not told. */
function resource(text: string): { type: string; ARN: string } {
  const space = text.indexOf(' ');
  return { type: text.slice(0, space), ARN: text.slice(space + 1) };
}

/** As `onDay` writes it. */
const dayLargest = (text: string): DayLargest => ({
  most: Number(text.slice(0, DIGITS)),
  day: dayOf(text.slice(DIGITS).replace(/\d/g, (digit) => String(9 - Number(digit)))),
});

const time = (stamp: string): string => new Date(stamp).toISOString();

const listed = (text: string | null, mark = ','): string[] => (text === null || text === '' ? [] : text.split(mark));
