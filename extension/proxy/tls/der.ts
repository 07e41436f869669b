/**
 * The few DER forms (ITU-T X.690) that one certificate template needs. Written by hand because a general X.509 library costs 38 ms to load, which
 * is more than the rest of the start.
 */
export type Der = Buffer;

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

export function tagged(tag: number, ...contents: readonly Uint8Array[]): Der {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

export const sequence = (...items: readonly Der[]): Der => tagged(SEQUENCE, ...items);
export const set = (...items: readonly Der[]): Der => tagged(SET, ...items);
export const octetString = (content: Uint8Array): Der => tagged(OCTET_STRING, content);
export const utf8String = (text: string): Der => tagged(UTF8_STRING, Buffer.from(text, 'utf8'));
/** Whole octets only: no unused bits. */
export const bitString = (content: Uint8Array): Der => tagged(BIT_STRING, Buffer.from([0]), content);
/** Explicit context tag, constructed. */
export const explicit = (number: number, content: Der): Der => tagged(0xa0 | number, content);
/** Implicit context tag, primitive. */
export const implicit = (number: number, content: Uint8Array): Der => tagged(0x80 | number, content);
export const TRUE: Der = Buffer.from([0x01, 0x01, 0xff]);

/** A non-negative INTEGER from its big-endian octets: shortest form, with a zero octet before a set top bit. */
export function unsignedInteger(octets: Uint8Array): Der {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const shortest = octets.subarray(start);
  return (shortest[0] ?? 0) >= 0x80 ? tagged(INTEGER, Buffer.from([0]), shortest) : tagged(INTEGER, shortest);
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    octets.push(...groups);
  }
  return tagged(OBJECT_IDENTIFIER, Buffer.from(octets));
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on; seconds, no fraction. */
export function time(date: Date): Der {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? tagged(UTC_TIME, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(GENERALIZED_TIME, Buffer.from(digits, 'latin1'));
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes]);
  if (bytes < 0x100) return Buffer.from([0x81, bytes]);
  return Buffer.from([0x82, bytes >> 8, bytes & 0xff]);
}
