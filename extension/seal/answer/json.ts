import { type AnswerDocument, type IssuedKeys, keysOf, type Scalar, UnclearAnswer } from './keys.ts';

/** A string literal of JSON (RFC 8259 §7). */
const LITERAL = /"(?:[^"\\]|\\.)*"/g;
const SECRET_NAME = /^secret(?:access)?key$/i;

export function jsonDocument(content: Buffer): AnswerDocument {
  const text = content.toString('utf8');
  const issued: IssuedKeys[] = [];
  let secrets = 0;
  collect(JSON.parse(text), issued, () => secrets++);
  // JSON.parse keeps the last of two members of one name; the client's parser may keep the first.
  let named = 0;
  for (const [literal] of text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)/g))
    if (SECRET_NAME.test(unescaped(literal))) named++;
  if (named !== secrets) throw new UnclearAnswer('a member of credentials stands there twice');
  return {
    issued,
    replace(texts) {
      const replaced = text.replace(LITERAL, (literal) => {
        const other = texts.get(unescaped(literal));
        return other === undefined ? literal : JSON.stringify(other);
      });
      return Buffer.from(replaced, 'utf8');
    },
  };
}

function collect(value: unknown, issued: IssuedKeys[], secret: () => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    const members = Object.entries(value);
    for (const [name] of members) if (SECRET_NAME.test(name)) secret();
    const keys = keysOf(members.map(([name, member]) => [name, scalar(member)] as const));
    if (keys !== null) issued.push(keys);
  }
  for (const member of Object.values(value)) collect(member, issued, secret);
}

const scalar = (value: unknown): Scalar => (typeof value === 'string' || typeof value === 'number' ? value : null);

const unescaped = (literal: string): string => (literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1));
