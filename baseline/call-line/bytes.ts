/** What a line of JSON is made of, as bytes (RFC 8259). */
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const POINT = 46;
export const DIGIT_0 = 48;
export const DIGIT_5 = 53;
export const DIGIT_9 = 57;
export const COLON = 58;
export const LETTER_Z = 90;
export const OPEN = 91;
export const CLOSE = 93;
export const LETTER_N = 110;
export const BRACE = 123;
export const END_BRACE = 125;
