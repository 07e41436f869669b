import { Nodes } from '../body/tree.ts';
import { doubt } from '../doubt.ts';

export const PARTIQL = ['PartiQLSelect', 'PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete'] as const;

/** What a PartiQL statement does to which table, as far as IAM asks. */
export interface Statement {
  readonly action: (typeof PARTIQL)[number];
  readonly table: string;
  readonly index: string | null;
}

/** Characters of a statement at most, in UTF-16 (DynamoDB API reference, ExecuteStatement: 8,192, which may be pairs). */
export const MAX_STATEMENT = 2 * 8_192;

/** Tokens of all statements of a call at most: a transaction has 100 statements. */
export const MAX_TOKENS = 100_000;

interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'mark';
  readonly text: string;
}

/**
 * The statements that DynamoDB takes (Amazon DynamoDB Developer Guide, PartiQL reference): one table, no joins, no sub-queries but EXISTS in
 * transactions. Null for whatever has another form. `budget` counts the tokens of a whole call.
 */
export function readStatement(statement: string, budget = new Nodes(MAX_TOKENS)): Statement | null {
  if (statement.length > MAX_STATEMENT) doubt('a statement that is longer than DynamoDB takes');
  const tokens = tokensOf(statement, budget);
  if (tokens === null) return null;
  let at = 0;
  const word = (expected: string): boolean => {
    const token = tokens[at];
    if (token?.kind !== 'word' || token.text.toUpperCase() !== expected) return false;
    at++;
    return true;
  };
  if (word('EXISTS')) {
    if (tokens[at]?.text !== '(' || tokens.at(-1)?.text !== ')') return null;
    at++;
  }
  let action: Statement['action'];
  if (word('SELECT')) {
    action = 'PartiQLSelect';
    while (at < tokens.length && !word('FROM')) if (isFurther(tokens[at++]!)) return null;
  } else if (word('INSERT')) {
    action = 'PartiQLInsert';
    if (!word('INTO')) return null;
  } else if (word('DELETE')) {
    action = 'PartiQLDelete';
    if (!word('FROM')) return null;
  } else if (word('UPDATE')) action = 'PartiQLUpdate';
  else return null;
  const table = nameIn(tokens[at++]);
  if (table === null) return null;
  let index: string | null = null;
  if (isMark(tokens[at], '.')) {
    index = nameIn(tokens[at + 1]);
    if (index === null) return null;
    at += 2;
  }
  const rest = tokens.slice(at);
  if (isMark(rest[0], ',') || rest.some((token) => isMark(token, ';') || isFurther(token))) return null;
  return { action, table, index };
}

/** Words that would bring in a second table. */
const FURTHER = new Set(['FROM', 'JOIN', 'INTO', 'SELECT', 'UNION', 'EXISTS']);

const isFurther = ({ kind, text }: Token): boolean => kind === 'word' && FURTHER.has(text.toUpperCase());

const isMark = (token: Token | undefined, mark: string): boolean => token?.kind === 'mark' && token.text === mark;

/** A quoted name, or a bare word that is none of the language's own. */
const nameIn = (token: Token | undefined): string | null =>
  token?.kind === 'name' || (token?.kind === 'word' && !RESERVED.has(token.text.toUpperCase())) ? token.text : null;

const RESERVED = new Set([
  ...FURTHER,
  'INSERT',
  'UPDATE',
  'DELETE',
  'WHERE',
  'SET',
  'REMOVE',
  'VALUE',
  'ORDER',
  'RETURNING',
]);

const TOKEN =
  /\s+|(--|\/\*)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([A-Za-z_$][A-Za-z0-9_$-]*)|([\d.]+(?:[eE][+-]?\d+)?|.)/sy;

/** Null for what is no statement, and for comments, which not every reader leaves out. */
function tokensOf(statement: string, budget: Nodes): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < statement.length) {
    budget.count();
    const match = TOKEN.exec(statement);
    if (match === null) return null;
    const [, comment, text, name, word, mark] = match;
    if (comment !== undefined || mark === "'" || mark === '"') return null;
    if (text !== undefined) tokens.push({ kind: 'text', text: '' });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name.replaceAll('""', '"') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}
