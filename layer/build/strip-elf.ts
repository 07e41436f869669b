/**
 * A 64-bit little-endian ELF program without what only linkers and debuggers read: everything behind its last loaded segment, and the section table that
 * described it (System V ABI, chapter 4: a program runs by its program headers alone). Done here rather than by binutils so that every machine makes the
 * same bytes, for the other architecture too. Throws where the file is no such program.
 */
export function stripElf(program: Buffer): Buffer {
  const isElf64 = program.length > 64 && program.readUInt32BE(0) === 0x7f454c46 && program[4] === 2 && program[5] === 1;
  if (!isElf64) throw new Error('not a 64-bit little-endian ELF program');
  const tableAt = Number(program.readBigUInt64LE(0x20));
  const entrySize = program.readUInt16LE(0x36);
  const entries = program.readUInt16LE(0x38);
  let end = tableAt + entrySize * entries;
  for (let i = 0; i < entries; i++) {
    const at = tableAt + i * entrySize;
    const offset = Number(program.readBigUInt64LE(at + 0x08));
    const size = Number(program.readBigUInt64LE(at + 0x20));
    end = Math.max(end, offset + size);
  }
  const stripped = Buffer.from(program.subarray(0, end));
  // e_shoff, e_shnum, e_shstrndx: no section table any more.
  stripped.writeBigUInt64LE(0n, 0x28);
  stripped.writeUInt16LE(0, 0x3c);
  stripped.writeUInt16LE(0, 0x3e);
  return stripped;
}
