/** What a line of JSON is made of, as bytes (RFC 8259). */
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const POINT = 46;
export const DIGIT_0 = 48;
export const DIGIT_9 = 57;
export const COLON = 58;
export const OPEN = 91;
export const BACKSLASH = 92;
export const CLOSE = 93;
export const LETTER_N = 110;
export const BRACE = 123;
export const END_BRACE = 125;
export const ASCII = 126;

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

export function isAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  const { length } = text;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}
