/** True where `second` lies behind `first` in one piece of memory, as they came. */
export function adjoin(first: Buffer, second: Buffer): boolean {
  return first.buffer === second.buffer && first.byteOffset + first.length === second.byteOffset;
}

/** Both in one; without a copy where they lie so already. */
export function adjoined(first: Buffer, second: Buffer): Buffer {
  return adjoin(first, second)
    ? Buffer.from(first.buffer, first.byteOffset, first.length + second.length)
    : Buffer.concat([first, second]);
}

export const joined = (parts: readonly Buffer[]): Buffer =>
  parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
