import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { own } from '../../baseline/own.ts';
import { InputError } from '../errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Parsed YAML or JSON (which is YAML), with the line of every object, list and key. */
export interface Located {
  readonly value: unknown;
  /** Line of an object or list, or of one of its members; `otherwise` (default 1) where it is not known. */
  lineOf(container: unknown, key?: string | number, otherwise?: number): number;
}

/** CloudFormation's short forms: `!Sub x` is `{"Fn::Sub": x}`. */
const SHORT: Readonly<Record<string, string>> = { '!Ref': 'Ref', '!Condition': 'Condition' };

export function parseLocated(text: string, file: string): Located {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    uniqueKeys: false,
    logLevel: 'silent',
    version: '1.1',
    schema: 'core',
    keepSourceTokens: false,
  });
  const problem = document.errors.find(({ code }) => !TOLERATED.has(code));
  if (problem !== undefined) {
    const line = problem.linePos?.[0].line ?? null;
    // The reader's own sentence quotes the file, which may hold secrets
    throw new InputError(
      file,
      line,
      `neither valid YAML nor JSON (${problem.code.toLowerCase().replaceAll('_', ' ')})`,
    );
  }
  const lines = new WeakMap<object, { line: number; keys: Map<string | number, number> }>();
  const lineAt = (node: unknown): number => {
    const offset = (node as Node | null)?.range?.[0];
    return offset === undefined ? 1 : Math.max(1, counter.linePos(offset).line);
  };
  let aliases = 0;
  const plain = (node: unknown, depth: number): unknown => {
    if (depth > MAX_DEPTH) throw new InputError(file, lineAt(node), `nested deeper than ${MAX_DEPTH} levels`);
    if (isAlias(node)) {
      if (++aliases > MAX_ALIASES) throw new InputError(file, lineAt(node), `more than ${MAX_ALIASES} aliases`);
      return plain(node.resolve(document), depth + 1);
    }
    if (isScalar(node)) return tagged(node.tag, node.value);
    if (isSeq(node)) {
      const list = node.items.map((item) => plain(item, depth + 1));
      lines.set(list, { line: lineAt(node), keys: new Map(node.items.map((item, i) => [i, lineAt(item)])) });
      return tagged(node.tag, list, lineAt(node));
    }
    if (isMap(node)) {
      const fields: Record<string, unknown> = {};
      const keys = new Map<string, number>();
      for (const { key, value } of node.items) {
        const name = String(isScalar(key) ? key.value : key);
        const member = plain(value, depth + 1);
        if (name === '<<' && typeof member === 'object' && member !== null) Object.assign(fields, member);
        else
          Object.defineProperty(fields, name, { value: member, enumerable: true, configurable: true, writable: true });
        keys.set(name, lineAt(key));
      }
      lines.set(fields, { line: lineAt(node), keys });
      return tagged(node.tag, fields, lineAt(node));
    }
    return null;
  };
  const tagged = (tag: string | undefined, value: unknown, line?: number): unknown => {
    if (tag === undefined || !/^![A-Z]\w+$/.test(tag)) return value;
    const name = own(SHORT, tag) ?? `Fn::${tag.slice(1)}`;
    const wrapped = { [name]: name === 'Fn::GetAtt' && typeof value === 'string' ? value.split(/\.(.*)/, 2) : value };
    if (line !== undefined) lines.set(wrapped, { line, keys: new Map([[name, line]]) });
    return wrapped;
  };
  return {
    value: plain(document.contents, 0),
    lineOf(container, key, otherwise = 1) {
      const known = typeof container === 'object' && container !== null ? lines.get(container) : undefined;
      return (key === undefined ? undefined : known?.keys.get(key)) ?? known?.line ?? otherwise;
    },
  };
}

/** CloudFormation's own reader takes these; what is meant is clear. */
const TOLERATED: ReadonlySet<string> = new Set(['BAD_INDENT', 'MULTILINE_IMPLICIT_KEY', 'TAB_AS_INDENT']);

const MAX_DEPTH = 100;
const MAX_ALIASES = 1_000;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
