import type { Access, Call, Certainty, Verdict } from './call.ts';
import { accesses, NO_ACCESS } from './call-line/access.ts';
import { BRACE, COLON, COMMA, END_BRACE, LETTER_N, QUOTE } from './call-line/bytes.ts';
import {
  ACCESS,
  CERTAINTY,
  FIELDS,
  ID,
  IS_NUMBER,
  IS_UNIQUE,
  NULL,
  QUOTED,
  TIME,
  VERDICT,
} from './call-line/fields.ts';
import { Scanner } from './call-line/scanner.ts';
import { Times } from './call-line/times.ts';
import { Words } from './call-line/words.ts';
import { CERTAINTIES, VERDICTS } from './read-call.ts';

/**
 * Reads lines that hold one Call record each, several times faster than `JSON.parse` and `readCall`: a line is compared with the one before, and only what differs
 * is read. What repeats becomes the same string again, which makes every later look-up in a map cheap, too. Null for whatever is not of the plain
 * form (escapes, unknown fields, letters beyond ASCII, exotic numbers, faults): the caller then goes the long way, which gives the same
 * record or says what is wrong. Made for one stream of lines; bounded state.
 */
export class CallLines {
  readonly #scan = new Scanner();
  readonly #values: (string | number | null)[] = FIELDS.map(() => null);
  #access: readonly Access[] = NO_ACCESS;
  readonly #ids: boolean;
  readonly #times = new Times();

  /** The line before: where it lies, its fields in order, and where their values begin and end, from the begin of the line. */
  #before = this.#scan.words;
  #beforeFrom = 0;
  #beforeLength = 0;
  #count = 0;
  readonly #fields = new Int32Array(FIELDS.length);
  readonly #starts = new Int32Array(FIELDS.length);
  readonly #ends = new Int32Array(FIELDS.length);

  /** `ids`: false where nobody asks for them; they are null then. */
  constructor(ids = true) {
    this.#ids = ids;
  }

  read(bytes: Buffer, from: number, to: number): Call | null {
    if (to - from > LONGEST || bytes[from] !== BRACE) return null;
    const scan = this.#scan;
    if (scan.words.bytes !== bytes) scan.words = new Words(bytes);
    scan.end = to;
    const read = (this.#count > 0 && this.#asBefore(from)) || this.#anew(from);
    this.#before = scan.words;
    this.#beforeFrom = from;
    this.#beforeLength = to - from;
    const call = read ? this.#call() : null;
    if (call === null) this.#count = 0;
    return call;
  }

  /** The line before does not stand in memory any more. */
  forget(): void {
    this.#count = 0;
  }

  /** What stands in the same place as in the line before has the same value. */
  #asBefore(from: number): boolean {
    const { length } = FIELDS;
    const scan = this.#scan;
    const { words, end } = scan;
    const before = this.#before;
    const count = this.#count;
    const starts = this.#starts;
    const ends = this.#ends;
    const oldFrom = this.#beforeFrom;
    const oldEnd = oldFrom + this.#beforeLength;
    let at = from;
    let old = oldFrom;
    for (let i = 0; i <= length; ) {
      const alike = words.alike(at, before, old, Math.min(end - at, oldEnd - old));
      at += alike;
      old += alike;
      const shift = at - from - (old - oldFrom);
      // A value is the same where what ends it is the same, too
      while (i < count && ends[i]! < old - oldFrom) {
        starts[i]! += shift;
        ends[i]! += shift;
        i++;
      }
      if (i === count) return at === end && old === oldEnd;
      const start = starts[i]!;
      if (old - oldFrom < start) return false;
      old = oldFrom + ends[i]!;
      starts[i] = start + shift;
      scan.at = from + start + shift;
      if (!this.#value(this.#fields[i]!)) return false;
      at = scan.at;
      ends[i] = at - from;
      i++;
    }
    return false;
  }

  /** Field by field. */
  #anew(from: number): boolean {
    const scan = this.#scan;
    this.#values.fill(null);
    this.#access = NO_ACCESS;
    scan.at = from + 1;
    let seen = 0;
    for (let i = 0; i < FIELDS.length; i++) {
      scan.space();
      const field = QUOTED.findIndex((name) => name.standsAt(scan.words, scan.at));
      if (field < 0 || (seen & (1 << field)) !== 0) return false;
      seen |= 1 << field;
      if (!scan.field(QUOTED[field]!, COLON)) return false;
      this.#fields[i] = field;
      this.#starts[i] = scan.at - from;
      if (!this.#value(field)) return false;
      this.#ends[i] = scan.at - from;
      if (scan.take(COMMA)) continue;
      this.#count = i + 1;
      return scan.eat(END_BRACE) && this.#isEnd();
    }
    return false;
  }

  #isEnd(): boolean {
    this.#scan.space();
    return this.#scan.at === this.#scan.end;
  }

  #value(field: number): boolean {
    const scan = this.#scan;
    const code = scan.words.bytes[scan.at];
    if (code === LETTER_N) {
      if (!scan.pattern(NULL)) return false;
      if (field === ACCESS) this.#access = NO_ACCESS;
      else this.#values[field] = null;
      return true;
    }
    if (field === ACCESS) {
      const list = accesses(scan);
      if (list !== null) this.#access = list;
      return list !== null;
    }
    if (code === QUOTE) return !IS_NUMBER[field] && this.#text(field);
    const number = scan.number();
    if (number < 0) return false;
    if (field === ID) this.#values[ID] = this.#ids ? String(number) : null;
    else if (IS_NUMBER[field]) this.#values[field] = number;
    else return false;
    return true;
  }

  #text(field: number): boolean {
    const scan = this.#scan;
    if (IS_UNIQUE[field]) {
      const from = scan.at;
      if (!scan.string()) return false;
      const text = field === ID && !this.#ids ? null : scan.text(from);
      this.#values[field] = text;
      return field !== TIME || this.#times.areOurs(scan.words, from + 1, text!);
    }
    const known = scan.name();
    if (known !== null) this.#values[field] = known.text;
    return known !== null;
  }

  #call(): Call | null {
    const v = this.#values;
    const time = v[TIME] as string | null;
    const certainty = v[CERTAINTY] as Certainty | null;
    const verdict = v[VERDICT] as Verdict | null;
    if (certainty !== null && certainty !== 'exact' && !CERTAINTIES.includes(certainty)) return null;
    if (verdict !== null && !VERDICTS.includes(verdict)) return null;
    return {
      id: v[0] as string | null,
      time,
      function: v[2] as string | null,
      version: v[3] as string | null,
      environment: v[4] as string | null,
      invocation: v[5] as string | null,
      service: v[6] as string | null,
      operation: v[7] as string | null,
      certainty: certainty ?? 'exact',
      verdict,
      access: this.#access,
      region: v[11] as string | null,
      account: v[12] as string | null,
      accessKeyId: v[13] as string | null,
      ownAccessKeyId: v[14] as string | null,
      issuedAccessKeyId: v[15] as string | null,
      prefix: v[16] as string | null,
      host: v[17] as string | null,
      items: v[18] as number | null,
      bytesOut: v[19] as number | null,
      bytesIn: v[20] as number | null,
      status: v[21] as number | null,
      errorCode: v[22] as string | null,
      durationMs: v[23] as number | null,
    };
  }
}

const LONGEST = 16_384;
