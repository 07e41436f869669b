import type { Access, Call, Certainty, Verdict } from './call.ts';
import {
  ASCII,
  BACKSLASH,
  BRACE,
  CLOSE,
  COLON,
  COMMA,
  DIGIT_0,
  DIGIT_9,
  END_BRACE,
  isAt,
  LETTER_N,
  OPEN,
  POINT,
  QUOTE,
  SPACE,
} from './call-line/bytes.ts';
import {
  ACCESS,
  ACTION,
  CERTAINTY,
  FIELDS,
  ID,
  IS_NUMBER,
  IS_UNIQUE,
  NULL,
  QUOTED,
  RESOURCE,
  RESOURCES,
  TIME,
  VERDICT,
} from './call-line/fields.ts';
import { CERTAINTIES, isOurTime, VERDICTS } from './read-call.ts';

/**
 * Reads lines that hold one Call record each, several times faster than `JSON.parse` and `readCall`: a line is compared with the one before, and only what differs
 * is read. What repeats becomes the same string again, which makes every later look-up in a map cheap, too. Null for whatever is not of the plain
 * form (escapes, unknown fields, letters beyond ASCII, exotic numbers, faults): the caller then goes the long way, which gives the same
 * record or says what is wrong. Made for one stream of lines; bounded state.
 */
export class CallLines {
  /** By field, then by hash: strings that were seen last. */
  readonly #known: (Known | undefined)[][] = FIELDS.map(() => []);
  readonly #values: (string | number | null)[] = FIELDS.map(() => null);
  #access: readonly Access[] = NO_ACCESS;
  #bytes: Buffer = NOTHING;
  #at = 0;
  #end = 0;

  /** The line before: where it lies, its fields in order, and where their values begin and end, from the begin of the line. */
  #before: Buffer = NOTHING;
  #beforeFrom = 0;
  #beforeLength = 0;
  #count = 0;
  readonly #fields = new Int32Array(FIELDS.length);
  readonly #starts = new Int32Array(FIELDS.length);
  readonly #ends = new Int32Array(FIELDS.length);

  read(bytes: Buffer, from: number, to: number): Call | null {
    if (to - from > LONGEST || bytes[from] !== BRACE) return null;
    this.#bytes = bytes;
    this.#end = to;
    const read = (this.#count > 0 && this.#asBefore(from)) || this.#anew(from);
    this.#before = bytes;
    this.#beforeFrom = from;
    this.#beforeLength = to - from;
    const call = read ? this.#call() : null;
    if (call === null) this.#count = 0;
    return call;
  }

  /** What stands in the same place as in the line before has the same value. */
  #asBefore(from: number): boolean {
    const { length } = FIELDS;
    const bytes = this.#bytes;
    const before = this.#before;
    const count = this.#count;
    const end = this.#end;
    const starts = this.#starts;
    const ends = this.#ends;
    let at = from;
    let old = this.#beforeFrom;
    const oldEnd = old + this.#beforeLength;
    for (let i = 0; i <= length; ) {
      while (at < end && old < oldEnd && bytes[at] === before[old]) {
        at++;
        old++;
      }
      const shift = at - from - (old - this.#beforeFrom);
      // A value is the same where what ends it is the same, too
      while (i < count && ends[i]! < old - this.#beforeFrom) {
        starts[i]! += shift;
        ends[i]! += shift;
        i++;
      }
      if (i === count) return at === end && old === oldEnd;
      const start = starts[i]!;
      if (old - this.#beforeFrom < start) return false;
      old = this.#beforeFrom + ends[i]!;
      starts[i] = start + shift;
      this.#at = from + start + shift;
      if (!this.#value(this.#fields[i]!)) return false;
      at = this.#at;
      ends[i] = at - from;
      i++;
    }
    return false;
  }

  /** Field by field. */
  #anew(from: number): boolean {
    this.#values.fill(null);
    this.#access = NO_ACCESS;
    this.#at = from + 1;
    let seen = 0;
    for (let i = 0; i < FIELDS.length; i++) {
      this.#space();
      const field = QUOTED.findIndex((name) => this.#stands(name));
      if (field < 0 || (seen & (1 << field)) !== 0) return false;
      seen |= 1 << field;
      this.#at += QUOTED[field]!.length;
      if (!this.#take(COLON)) return false;
      this.#fields[i] = field;
      this.#starts[i] = this.#at - from;
      if (!this.#value(field)) return false;
      this.#ends[i] = this.#at - from;
      this.#space();
      const next = this.#bytes[this.#at++];
      if (next === COMMA) continue;
      this.#count = i + 1;
      this.#space();
      return next === END_BRACE && this.#at === this.#end;
    }
    return false;
  }

  #value(field: number): boolean {
    const code = this.#bytes[this.#at];
    if (code === LETTER_N) {
      if (!this.#stands(NULL)) return false;
      this.#at += NULL.length;
      if (field === ACCESS) this.#access = NO_ACCESS;
      else this.#values[field] = null;
      return true;
    }
    if (field === ACCESS) return this.#accesses();
    if (code === QUOTE) {
      if (IS_NUMBER[field]) return false;
      const text = IS_UNIQUE[field] ? this.#unique() : (this.#string(field)?.text ?? null);
      this.#values[field] = text;
      return text !== null;
    }
    const number = this.#number();
    if (number === null) return false;
    if (field === ID) this.#values[ID] = String(number);
    else if (IS_NUMBER[field]) this.#values[field] = number;
    else return false;
    return true;
  }

  /** A string without escapes; the very one that was seen before, where it was. Null where there is anything else. */
  #string(field: number): Known | null {
    const bytes = this.#bytes;
    const end = this.#end;
    if (bytes[this.#at] !== QUOTE) return null;
    const from = this.#at + 1;
    let at = from;
    let hash = 0;
    for (; at < end; at++) {
      const code = bytes[at]!;
      if (code === QUOTE) break;
      if (code < SPACE || code === BACKSLASH || code > ASCII) return null;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    if (at >= end) return null;
    this.#at = at + 1;
    const slots = this.#known[field]!;
    const slot = (hash ^ (hash >>> 9)) & SLOTS[field]!;
    const known = slots[slot];
    if (known !== undefined && known.text.length === at - from && isText(bytes, from, known.text)) return known;
    const fresh = {
      text: bytes.toString('latin1', from, at),
      lists: [],
    };
    slots[slot] = fresh;
    return fresh;
  }

  /** The same for what hardly ever repeats. */
  #unique(): string | null {
    const bytes = this.#bytes;
    const end = this.#end;
    const from = this.#at + 1;
    let at = from;
    for (; at < end; at++) {
      const code = bytes[at]!;
      if (code === QUOTE) break;
      if (code < SPACE || code === BACKSLASH || code > ASCII) return null;
    }
    if (at >= end) return null;
    this.#at = at + 1;
    return bytes.toString('latin1', from, at);
  }

  /** Zero or more, up to fifteen digits with a point among them: as exact as JSON's own. Null for all else. */
  #number(): number | null {
    const bytes = this.#bytes;
    const from = this.#at;
    let point = -1;
    let value = 0;
    let at = from;
    for (; ; at++) {
      const code = bytes[at]!;
      if (code >= DIGIT_0 && code <= DIGIT_9) value = value * 10 + code - DIGIT_0;
      else if (code === POINT && point < 0) point = at;
      else if (code === COMMA || code === END_BRACE || code === SPACE) break;
      else return null;
    }
    const digits = at - from - (point < 0 ? 0 : 1);
    if (digits === 0 || digits > 15 || point === from || point === at - 1) return null;
    if (bytes[from] === DIGIT_0 && at - from > 1 && point !== from + 1) return null;
    this.#at = at;
    return point < 0 ? value : value / TEN[at - point - 1]!;
  }

  /** `[{"action":"…","resources":["…"]}]` */
  #accesses(): boolean {
    if (!this.#take(OPEN)) return false;
    this.#access = NO_ACCESS;
    if (this.#eat(CLOSE)) return true;
    const access: Access[] = [];
    let only: Known | null = null;
    do {
      if (!this.#take(BRACE) || !this.#name(ACTION)) return false;
      const action = this.#string(ACCESS)?.text;
      if (action === undefined || !this.#take(COMMA) || !this.#name(RESOURCES) || !this.#take(OPEN)) return false;
      const resources: string[] = [];
      if (!this.#take(CLOSE)) {
        do {
          only = this.#string(RESOURCE);
          if (only === null) return false;
          resources.push(only.text);
        } while (this.#take(COMMA));
        if (!this.#take(CLOSE)) return false;
      }
      if (!this.#take(END_BRACE)) return false;
      access.push({ action, resources });
    } while (this.#take(COMMA));
    if (!this.#eat(CLOSE)) return false;
    this.#access = access;
    // One action on one thing, again and again
    if (access.length === 1 && access[0]!.resources.length === 1 && only !== null) {
      this.#access = again(access, only);
    }
    return true;
  }

  #name(quoted: Uint8Array): boolean {
    if (!this.#stands(quoted)) return false;
    this.#at += quoted.length;
    return this.#take(COLON);
  }

  /** This character, with the white space around it. */
  #take(code: number): boolean {
    this.#space();
    if (!this.#eat(code)) return false;
    this.#space();
    return true;
  }

  /** This character and nothing behind it: a value ends right there. */
  #eat(code: number): boolean {
    if (this.#bytes[this.#at] !== code) return false;
    this.#at++;
    return true;
  }

  #stands(text: Uint8Array): boolean {
    return isAt(this.#bytes, this.#at, text);
  }

  #space(): void {
    while (this.#bytes[this.#at] === SPACE) this.#at++;
  }

  #call(): Call | null {
    const v = this.#values;
    const time = v[TIME] as string | null;
    const certainty = v[CERTAINTY] as Certainty | null;
    const verdict = v[VERDICT] as Verdict | null;
    if (time !== null && !isOurTime(time)) return null;
    if (certainty !== null && !CERTAINTIES.includes(certainty)) return null;
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

interface Known {
  readonly text: string;
  /** Of a resource: lists in which it stood alone, each with another action. */
  readonly lists: (readonly Access[])[];
}

function isText(bytes: Uint8Array, at: number, text: string): boolean {
  const { length } = text;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** One action on one thing, again and again. */
function again(access: readonly Access[], { lists }: Known): readonly Access[] {
  const { action } = access[0]!;
  for (const list of lists) if (list[0]!.action === action) return list;
  if (lists.length >= MOST_ACTIONS) lists.length = 0;
  lists.push(access);
  return access;
}

const NO_ACCESS: readonly Access[] = [];
const NOTHING = Buffer.alloc(0);
const TEN = Array.from({ length: 16 }, (_, i) => 10 ** i);
/** By field; of resources there are many more than of anything else. */
const SLOTS = FIELDS.map((name) => (name === ' resource' ? 2_047 : 255));
const MOST_ACTIONS = 8;
const LONGEST = 16_384;
