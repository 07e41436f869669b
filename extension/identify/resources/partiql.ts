import { doubt } from '../doubt.ts';

/** What a PartiQL statement does to which table, as far as IAM asks. */
export interface Statement {
  readonly action: 'PartiQLSelect' | 'PartiQLInsert' | 'PartiQLUpdate' | 'PartiQLDelete';
  readonly table: string;
  readonly index: string | null;
}

interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'mark';
  readonly text: string;
}

/**
 * The statements that DynamoDB takes (Amazon DynamoDB Developer Guide, PartiQL reference): one table, no joins, no sub-queries but EXISTS in
 * transactions. Whatever has another form is doubted.
 */
export function readStatement(statement: string): Statement {
  const tokens = tokensOf(statement);
  let at = 0;
  const word = (...expected: readonly string[]): boolean => {
    const token = tokens[at];
    if (token?.kind !== 'word' || !expected.includes(token.text.toUpperCase())) return false;
    at++;
    return true;
  };
  if (word('EXISTS')) {
    if (tokens[at]?.text !== '(' || tokens.at(-1)?.text !== ')') unread();
    at++;
  }
  let action: Statement['action'];
  if (word('SELECT')) {
    action = 'PartiQLSelect';
    while (at < tokens.length && !word('FROM')) at++;
  } else if (word('INSERT')) {
    action = 'PartiQLInsert';
    if (!word('INTO')) unread();
  } else if (word('DELETE')) {
    action = 'PartiQLDelete';
    if (!word('FROM')) unread();
  } else if (word('UPDATE')) action = 'PartiQLUpdate';
  else return unread();
  const table = nameAt(tokens[at++]);
  let index: string | null = null;
  if (tokens[at]?.kind === 'mark' && tokens[at]!.text === '.') {
    at++;
    index = nameAt(tokens[at++]);
  }
  const next = tokens[at];
  if (next?.kind === 'mark' && next.text === ',') unread();
  for (const token of tokens.slice(at)) {
    if (token.kind === 'word' && FURTHER.has(token.text.toUpperCase())) unread();
    if (token.kind === 'mark' && token.text === ';') unread();
  }
  return { action, table, index };
}

/** Words that would bring in a second table. */
const FURTHER = new Set(['FROM', 'JOIN', 'INTO', 'SELECT', 'UNION', 'EXISTS']);

function unread(): never {
  return doubt('a PartiQL statement of an unusual form');
}

function nameAt(token: Token | undefined): string {
  return token !== undefined && (token.kind === 'name' || token.kind === 'word') ? token.text : unread();
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([A-Za-z_$][A-Za-z0-9_$-]*)|([\d.]+(?:[eE][+-]?\d+)?|.)/sy;

function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < statement.length) {
    const match = TOKEN.exec(statement);
    if (match === null) return unread();
    const [, text, name, word, mark] = match;
    if (text !== undefined) tokens.push({ kind: 'text', text: '' });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('""', '"') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark === "'" || mark === '"') unread();
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}
