import { cborDocument } from './cbor.ts';
import { jsonDocument } from './json.ts';
import type { AnswerDocument } from './keys.ts';
import { xmlDocument } from './xml.ts';

/** By its first character: XML of the query and REST protocols, JSON, or CBOR (a map). Null for what is none of them. Throws where it is broken. */
export function readDocument(content: Buffer): AnswerDocument | null {
  const first = content.find((byte) => byte > 0x20);
  if (first === 0x3c) return xmlDocument(content);
  if (first === 0x7b || first === 0x5b) return jsonDocument(content);
  return first !== undefined && first >= 0xa0 && first <= 0xbf ? cborDocument(content) : null;
}
