let second = Number.NaN;
let begin = '';

/** A time of now as ISO 8601, UTC, as `Date.toISOString` has it: each call bears one, and of one second all but the last three digits are the same. */
export function isoTime(milliseconds: number): string {
  const at = Math.floor(milliseconds / 1_000);
  if (at !== second) {
    second = at;
    begin = new Date(at * 1_000).toISOString().slice(0, -'000Z'.length);
  }
  const rest = milliseconds - at * 1_000;
  return `${begin}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}
