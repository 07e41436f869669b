/**
 * `SELECT *, unit` of `from`: the steps of `unitHash` (baseline/model/seen.ts) in SQL, so that what a query counts is what learning from the calls one by one would count. Each step needs the
 * one before, hence a select of its own. `text` is a column of ASCII text. Numbers are never negative and below 2^63 at every step: Trino has only signed ones, and fails where they overflow.
 */
export function withUnit(text: string, from: string): string {
  const lanes = `${lane(text, 0xdeadbeef, 2654435761)} AS a0, ${lane(text, 0x41c6ce57, 1597334677)} AS b0`;
  const first = `bitwise_xor(${mixed('a0', 16, 2246822507)}, ${mixed('b0', 13, 3266489909)}) AS a1`;
  const second = `a1 * 16 + bitwise_and(bitwise_xor(${mixed('b0', 16, 2246822507)}, ${mixed('a1', 13, 3266489909)}), 15) AS unit`;
  return `SELECT *, ${second} FROM (SELECT *, ${first} FROM (SELECT *, ${lanes} FROM ${from}))`;
}

function lane(text: string, seed: number, factor: number): string {
  const code = `CAST(codepoint(CAST(substr(${text}, i, 1) AS varchar(1))) AS bigint)`;
  const next = product(`bitwise_xor(s, ${code})`, factor);
  return `reduce(sequence(1, length(${text})), CAST(${seed} AS bigint), (s, i) -> ${next}, s -> s)`;
}

function mixed(value: string, shift: number, factor: number): string {
  return product(`bitwise_xor(${value}, bitwise_right_shift(${value}, ${shift}))`, factor);
}

/** Math.imul, unsigned: in two halves of sixteen bits each product has 48 bits at most. */
function product(value: string, factor: number): string {
  const high = `bitwise_and(bitwise_right_shift(${value}, 16) * ${factor}, 65535) * 65536`;
  return `mod(mod(${value}, 65536) * ${factor} + ${high}, 4294967296)`;
}
