import { type AnswerDocument, type IssuedKeys, keysOf, UnclearAnswer } from './keys.ts';

/** A tag, or text between tags. AWS's answers have neither comments, CDATA nor document types. */
const PIECE = /<(\/?)([A-Za-z_][\w:.-]*)[^<>]*?(\/?)>|([^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface Element {
  readonly name: string;
  text: string;
  readonly members: (readonly [name: string, text: string | null])[];
}

export function xmlDocument(content: Buffer): AnswerDocument {
  const text = content.toString('utf8');
  const prolog = /^\uFEFF?\s*(?:<\?xml[^<>]*\?>)?/.exec(text)?.[0] ?? '';
  const issued: IssuedKeys[] = [];
  const stack: Element[] = [{ name: '', text: '', members: [] }];
  PIECE.lastIndex = prolog.length;
  let end = prolog.length;
  for (let piece = PIECE.exec(text); piece !== null; piece = PIECE.exec(text)) {
    end = PIECE.lastIndex;
    const [, closing, qualified = '', empty, plain] = piece;
    const top = stack.at(-1)!;
    if (plain !== undefined) {
      top.text += plain;
      continue;
    }
    const name = qualified.slice(qualified.indexOf(':') + 1);
    if (closing !== '/') {
      if (empty === '/') top.members.push([name, '']);
      else stack.push({ name, text: '', members: [] });
      continue;
    }
    const parent = stack.at(-2);
    if (parent === undefined || top.name !== name) throw new UnclearAnswer('XML that is not well formed');
    stack.pop();
    const keys = keysOf(top.members);
    if (keys !== null) issued.push(keys);
    parent.members.push([name, top.members.length === 0 ? decoded(top.text) : null]);
  }
  if (end !== text.length || stack.length !== 1) throw new UnclearAnswer('XML that is not well formed');
  return {
    issued,
    replace(texts) {
      const replaced = text.replace(/>([^<]+)</g, (whole, raw: string) => {
        const other = texts.get(decoded(raw));
        return other === undefined ? whole : `>${encoded(other)}<`;
      });
      return Buffer.from(replaced, 'utf8');
    },
  };
}

function decoded(raw: string): string {
  return raw.replace(/&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const encoded = (text: string): string =>
  text.replace(/[&<>]/g, (c) => `&${c === '&' ? 'amp' : c === '<' ? 'lt' : 'gt'};`);
