/** What a date in a name says of when it is of. */
export interface NamedDate {
  readonly unit: DateUnit;
  /** Days, or months, since 1970-01. */
  readonly at: number;
}

/** What the name tells it in: of one with an hour the day counts, for what was left over from some hours ago is nothing unusual. */
export type DateUnit = 'day' | 'month';

/**
 * The first date in a path, which is its folder's rather than its content's: 2026-03-24, 20260324, 2026-03, and with each part in a folder of its own (`2026/03/24`, Hive's `year=2026/month=03`). Of
 * this century only: what is older is a name, or somebody's birthday. Null where there is none.
 */
export function dateIn(text: string, from: number): NamedDate | null {
  for (let at = text.indexOf('20', from); at >= 0; at = text.indexOf('20', at + 2)) {
    if (at > from && isWord(text.charCodeAt(at - 1))) continue;
    for (const form of FORMS) {
      form.lastIndex = at;
      const found = form.exec(text);
      if (found !== null) return dateOf(found[1]!, found[2]!, found[3]);
    }
  }
  return null;
}

function dateOf(year: string, month: string, day: string | undefined): NamedDate {
  if (day === undefined) return { unit: 'month', at: (Number(year) - 1970) * 12 + Number(month) - 1 };
  return { unit: 'day', at: Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000 };
}

/** The month that a day is in, counted alike. */
export function monthOf(day: number): number {
  const date = new Date(day * 86_400_000);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** With separators and perhaps a time behind it, or its month alone; in folders; and eight, twelve or fourteen digits, or of this decade six (numbers have as many). */
const FORMS: readonly RegExp[] = [
  /(20\d\d)[-_.](0[1-9]|1[0-2])[-_.](0[1-9]|[12]\d|3[01])(?:(?![0-9A-Za-z])|(?=T\d))/y,
  /(20\d\d)[-_](0[1-9]|1[0-2])(?![0-9A-Za-z]|[-_.]\d)/y,
  /(20\d\d)\/(?:(?:month|mm|m)=)?(0?[1-9]|1[0-2])(?:\/(?:(?:day|dd|d)=)?(0?[1-9]|[12]\d|3[01]))?(?=\/|$)/y,
  /(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![0-9A-Za-z])/y,
  /(202\d)(0[1-9]|1[0-2])(?![0-9A-Za-z])/y,
];
