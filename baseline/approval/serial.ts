/**
 * Approved documents are counted, so that an older one, whose signature is as good, can be told from a newer: the serial stands in the approval, and is signed with the
 * rest. It is the time of the approval in UTC as digits (20261125190812), at least one more than that of the document before: it grows even where the history was lost,
 * and one lower bound serves a whole fleet.
 */
export function nextSerial(now: Date, before: number | null): number {
  const digits = Number(now.toISOString().replace(/\D/g, '').slice(0, 14));
  return Math.max(digits, (before ?? 0) + 1);
}

/** Null where a document bears none: it was approved by an older version, or by nobody. */
export function serialOf(document: object): number | null {
  const { approval } = document as { approval?: { serial?: unknown } | null };
  const serial = approval?.serial;
  return typeof serial === 'number' && Number.isSafeInteger(serial) && serial > 0 ? serial : null;
}

/** A serial, or the beginning of one: a day (2026-11-25, 20261125) stands for its first second. Null for any other text. */
export function readSerial(text: string): number | null {
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?$|^\d{4,15}$/.test(text)) return null;
  const digits = text.replace(/\D/g, '');
  return Number(digits.length < 14 ? digits.padEnd(14, '0') : digits);
}

/** Null where the document is at least as new as that; else one sentence without the file's name. */
export function tooOld(document: object, least: number): string | null {
  const serial = serialOf(document);
  if (serial === null) return `it bears no serial, and ROLEFENCE_BASELINE_MIN asks for ${least} or later`;
  return serial < least ? `its serial ${serial} is older than ROLEFENCE_BASELINE_MIN (${least})` : null;
}
