import { isOurTime } from '../read-call.ts';
import { COLON, DIGIT_0, DIGIT_5, DIGIT_9, LETTER_Z, POINT } from './bytes.ts';
import type { Words } from './words.ts';

/** Whether times have the form that we write. Most are of the same minute as the one before, and end in seconds. */
export class Times {
  /** `2026-01-01T00:00` of the time that was read last, four bytes at a time. */
  readonly #minute = new Int32Array(MINUTE);

  /** `text` stands from `from` on. */
  areOurs(words: Words, from: number, text: string): boolean {
    const minute = this.#minute;
    let i = 0;
    while (i < MINUTE && words.at(from + 4 * i) === minute[i]) i++;
    if (i === MINUTE && text.length === LENGTH && isSeconds(words.bytes, from + 4 * MINUTE)) return true;
    if (!isOurTime(text)) return false;
    for (i = 0; i < MINUTE; i++) minute[i] = words.at(from + 4 * i);
    return true;
  }
}

/** `:59.999Z` */
function isSeconds(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== COLON || bytes[at + 3] !== POINT || bytes[at + 7] !== LETTER_Z) return false;
  if (bytes[at + 1]! > DIGIT_5) return false;
  for (const i of SECONDS) if (bytes[at + i]! < DIGIT_0 || bytes[at + i]! > DIGIT_9) return false;
  return true;
}

const SECONDS = [1, 2, 4, 5, 6];
/** Words of a time up to its minute. */
const MINUTE = 4;
const LENGTH = 24;
