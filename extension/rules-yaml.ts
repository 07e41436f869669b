/** A text that was read, with the line of everything in it. */
export interface Yaml {
  readonly value: unknown;
  /** From 1; of the nearest thing above where there is nothing at `path`. */
  lineOf(path: readonly (string | number)[]): number;
}

/** What is not YAML, or not of the part that is read here. */
export class YamlError extends Error {
  readonly code = 'yaml';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.name = 'YamlError';
    this.line = line;
  }
}

/**
 * The part of YAML 1.2 (core schema) that rules are written in, JSON included: mappings, sequences, flow collections, scalars on one line, comments. Whatever
 * else there is (anchors, aliases, tags, block scalars, texts over several lines) is a fault, never guessed: a rule is what it looks like. What it accepts it reads as
 * a complete parser does, which would cost 37 KiB of the layer's 700. Throws YamlError.
 */
export function readYaml(text: string): Yaml {
  const reader = new Reader(text.replace(/^\ufeff/, ''));
  const value = reader.document();
  return {
    value,
    lineOf(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const line = reader.lines.get(JSON.stringify(path.slice(0, depth)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

type Path = readonly (string | number)[];

const KEY = /[A-Za-z_$][\w$-]*/y;
const AFTER_KEY = /[ \t]*:(?=[ \t\r\n]|$)/y;
const INT = /^[-+]?\d+$|^0o[0-7]+$|^0x[\da-fA-F]+$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** What a plain scalar may not begin with (YAML 1.2.2, 7.3.3). */
const INDICATORS = new Set([...',[]{}#&*!|>\'"%@`']);
const DEEPEST = 20;

class Reader {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  /** Column of the member or entry that is being read: a flow collection of several lines stays to the right of it (YAML 1.2.2, 8.1). */
  #floor = -1;
  /** How far lines have been counted. */
  #counted = { at: 0, line: 1 };

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    if (/^[ \t]*\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u2028\u2029]/.test(this.#text)) {
      this.#fault('control characters are not read here');
    }
    this.#toContent();
    if (this.#marks('---')) {
      this.#at += 3;
      this.#endOfLine();
    }
    const value = this.#block(0, [], 0);
    if (this.#toContent() !== null) this.#fault('this line belongs to nothing above it');
    return value;
  }

  /** A value that begins on this or a later line, at least `least` columns in. */
  #block(least: number, path: Path, depth: number): unknown {
    const column = this.#toContent();
    if (column === null || column < least) return null;
    return this.#content(column, path, depth);
  }

  /** What begins here, in this column. */
  #content(column: number, path: Path, depth: number): unknown {
    if (depth > DEEPEST) this.#fault('this is nested too deeply');
    if (this.#isDash()) return this.#sequence(column, path, depth);
    if (this.#isKey()) return this.#mapping(column, path, depth);
    const value = this.#inline(path, depth);
    this.#endOfLine();
    return value;
  }

  #sequence(column: number, path: Path, depth: number): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      const own = [...path, list.length];
      this.#mark(own);
      this.#at++;
      this.#spaces();
      if (this.#text[this.#at - 1] === '\t' && !this.#restIsEmpty()) this.#fault('a tab stands where only spaces may');
      this.#floor = column;
      list.push(
        this.#restIsEmpty() ? this.#block(column + 1, own, depth + 1) : this.#content(this.#column(), own, depth + 1),
      );
      const next = this.#toContent();
      if (next === null || next < column || (next === column && !this.#isDash())) return list;
      if (next > column) this.#fault('this line stands too far to the right, or a text goes over several lines');
    }
  }

  #mapping(column: number, path: Path, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (;;) {
      if (!this.#isKey()) this.#fault('a member (NAME: …) was expected');
      const name = this.#key();
      const own = [...path, name];
      this.#keep(members, name);
      this.#mark(own);
      this.#at = this.#match(AFTER_KEY);
      this.#spaces();
      this.#floor = column;
      members[name] = this.#restIsEmpty() ? this.#below(column, own, depth + 1) : this.#value(own, depth + 1);
      const next = this.#toContent();
      if (next === null || next < column) return members;
      if (next > column) this.#fault('this line stands too far to the right, or a text goes over several lines');
      if (this.#isDash()) return members;
    }
  }

  /** The value of a member that has nothing beside it; a sequence may stand right below its name. */
  #below(column: number, path: Path, depth: number): unknown {
    const next = this.#toContent();
    if (next === column && this.#isDash()) return this.#sequence(column, path, depth);
    return this.#block(column + 1, path, depth);
  }

  /** Beside its name: a scalar or a flow collection. */
  #value(path: Path, depth: number): unknown {
    if (this.#isDash()) this.#fault('a list begins on a line of its own');
    const value = this.#inline(path, depth);
    this.#endOfLine();
    return value;
  }

  #inline(path: Path, depth: number, flow = false): unknown {
    if (depth > DEEPEST) this.#fault('this is nested too deeply');
    const char = this.#text[this.#at];
    if (char === '[') return this.#flowSequence(path, depth);
    if (char === '{') return this.#flowMapping(path, depth);
    if (char === '"' || char === "'") return this.#quoted();
    return plainValue(this.#plain(flow));
  }

  #flowSequence(path: Path, depth: number): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    for (;;) {
      this.#flowSpace();
      if (this.#takes(']')) return list;
      const own = [...path, list.length];
      this.#mark(own);
      list.push(this.#inline(own, depth + 1, true));
      this.#flowSpace();
      if (this.#takes(']')) return list;
      if (!this.#takes(',')) this.#fault('a comma or ] was expected');
    }
  }

  #flowMapping(path: Path, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.#at++;
    for (;;) {
      this.#flowSpace();
      if (this.#takes('}')) return members;
      const quoted = this.#text[this.#at] === '"' || this.#text[this.#at] === "'";
      const name = this.#key();
      const own = [...path, name];
      this.#keep(members, name);
      this.#mark(own);
      const line = this.#line();
      this.#flowSpace();
      // Beside a quoted name no space is needed; a plain one would go on.
      if (
        this.#text[this.#at] !== ':' ||
        this.#line() !== line ||
        !(quoted || /[\s,}]/.test(this.#text[this.#at + 1] ?? ' '))
      ) {
        this.#fault('NAME: VALUE was expected');
      }
      this.#at++;
      this.#flowSpace();
      const next = this.#text[this.#at];
      members[name] = next === ',' || next === '}' ? null : this.#inline(own, depth + 1, true);
      this.#flowSpace();
      if (this.#takes('}')) return members;
      if (!this.#takes(',')) this.#fault('a comma or } was expected');
    }
  }

  #key(): string {
    const char = this.#text[this.#at];
    if (char === '"' || char === "'") return this.#quoted();
    const end = this.#match(KEY);
    if (end < 0) this.#fault('a name was expected (letters, digits, _ and -; all else in quotes)');
    const name = this.#text.slice(this.#at, end);
    this.#at = end;
    return name;
  }

  #keep(members: Record<string, unknown>, name: string): void {
    if (name === '__proto__') this.#fault('this name is not read here');
    if (Object.hasOwn(members, name)) this.#fault(`${JSON.stringify(name.slice(0, 40))} stands here twice`);
  }

  #quoted(): string {
    const from = this.#at;
    const quote = this.#text[from]!;
    let end = from + 1;
    for (; ; end++) {
      const char = this.#text[end];
      if (char === undefined || char === '\n' || char === '\r') this.#fault('a quote is not closed on its line');
      if (quote === '"' && char === '\\') end++;
      else if (char === quote) {
        if (quote === '"' || this.#text[end + 1] !== quote) break;
        end++;
      }
    }
    this.#at = end + 1;
    if (quote === "'") return this.#text.slice(from + 1, end).replaceAll("''", "'");
    try {
      return JSON.parse(this.#text.slice(from, end + 1).replaceAll('\t', '\\t')) as string;
    } catch {
      return this.#fault('in double quotes only the escapes of JSON are read');
    }
  }

  /** A scalar without quotes: to the end of its line, or of its place in a flow collection. */
  #plain(flow: boolean): string {
    const from = this.#at;
    const first = this.#text[from] ?? '';
    const second = this.#text[from + 1] ?? ' ';
    if (first === '' || /[\r\n]/.test(first)) this.#fault('a value was expected');
    if (INDICATORS.has(first)) this.#fault(`a text that begins with ${first} must stand in quotes`);
    if ('-?:'.includes(first) && (/\s/.test(second) || (flow && ',[]{}'.includes(second)))) {
      this.#fault(`${first} cannot stand here`);
    }
    let end = from;
    for (; end < this.#text.length; end++) {
      const char = this.#text[end]!;
      if (char === '\n' || char === '\r') break;
      if (char === '#' && /[ \t]/.test(this.#text[end - 1] ?? '')) break;
      if (flow && ',[]{}'.includes(char)) break;
      const after = this.#text[end + 1] ?? ' ';
      if (char === ':' && (/\s/.test(after) || (flow && ',[]{}'.includes(after)))) {
        this.#at = end;
        this.#fault('a text with a colon and a space in it must stand in quotes');
      }
    }
    this.#at = end;
    const text = this.#text.slice(from, end).trimEnd();
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(text) && this.#columnOf(from) === 0) this.#fault('one document was expected');
    return text;
  }

  /** Space, line ends and comments between the parts of a flow collection. */
  #flowSpace(): void {
    const began = this.#at;
    for (;;) {
      const from = this.#at;
      const blank = /[ \t\r\n]*/y;
      blank.lastIndex = from;
      blank.test(this.#text);
      this.#at = blank.lastIndex;
      if (this.#text[this.#at] !== '#') break;
      if (this.#at === from && !/[\s]/.test(this.#text[from - 1] ?? ' ')) this.#fault('a space was expected before #');
      this.#toLineEnd();
    }
    if (this.#at >= this.#text.length) this.#fault('a bracket is not closed');
    const start = this.#lineStart(this.#at);
    if (start > began && this.#indent() <= this.#floor)
      this.#fault('a line inside of brackets stands too far to the left');
    if (this.#at === start && (this.#marks('---') || this.#marks('...'))) this.#fault('a bracket is not closed');
  }

  /** Goes to the first character of the next line that is not blank; its column, or null at the end. */
  #toContent(): number | null {
    for (;;) {
      this.#spaces();
      // Also on a line that is blank but for it: other parsers do not agree on those.
      if (/^[ ]*\t\s*$/.test(this.#text.slice(this.#lineStart(this.#at), this.#at)))
        this.#fault('a tab stands where only spaces may');
      const char = this.#text[this.#at];
      if (char === undefined) return null;
      if (char === '#' && (this.#column() === 0 || /\s/.test(this.#text[this.#at - 1]!))) this.#toLineEnd();
      else if (char === '\n' || char === '\r') this.#at++;
      else break;
    }
    const indent = this.#text.slice(this.#lineStart(this.#at), this.#at);
    if (indent === '' && this.#marks('...')) this.#fault('one document was expected');
    return indent.length;
  }

  #isDash(): boolean {
    return this.#text[this.#at] === '-' && /\s/.test(this.#text[this.#at + 1] ?? ' ');
  }

  #isKey(): boolean {
    const from = this.#at;
    const char = this.#text[from];
    if (char === '"' || char === "'") {
      this.#quoted();
      const found = this.#match(AFTER_KEY) >= 0;
      this.#at = from;
      return found;
    }
    const end = this.#match(KEY);
    if (end < 0) return false;
    AFTER_KEY.lastIndex = end;
    return AFTER_KEY.test(this.#text);
  }

  #restIsEmpty(): boolean {
    const char = this.#text[this.#at];
    return (
      char === undefined || char === '\n' || char === '\r' || (char === '#' && /\s/.test(this.#text[this.#at - 1]!))
    );
  }

  #endOfLine(): void {
    this.#spaces();
    if (!this.#restIsEmpty()) this.#fault('the end of the line was expected');
  }

  #marks(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at) && /\s/.test(this.#text[this.#at + 3] ?? ' ');
  }

  #takes(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** Where the pattern ends, begun here; -1 where it does not match. */
  #match(pattern: RegExp): number {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text) ? pattern.lastIndex : -1;
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  #toLineEnd(): void {
    while (this.#at < this.#text.length && !/[\r\n]/.test(this.#text[this.#at]!)) this.#at++;
  }

  #lineStart(at: number): number {
    let from = at;
    while (from > 0 && !/[\r\n]/.test(this.#text[from - 1]!)) from--;
    return from;
  }

  #columnOf(at: number): number {
    return at - this.#lineStart(at);
  }

  /** Spaces at the beginning of this line; a tab ends them. */
  #indent(): number {
    return /^ */.exec(this.#text.slice(this.#lineStart(this.#at), this.#at))![0].length;
  }

  #column(): number {
    return this.#columnOf(this.#at);
  }

  #line(): number {
    if (this.#at < this.#counted.at) this.#counted = { at: 0, line: 1 };
    let { at, line } = this.#counted;
    for (; at < this.#at; at++) {
      const char = this.#text[at];
      if (char === '\n' || (char === '\r' && this.#text[at + 1] !== '\n')) line++;
    }
    this.#counted = { at, line };
    return line;
  }

  #mark(path: Path): void {
    this.lines.set(JSON.stringify(path), this.#line());
  }

  #fault(message: string): never {
    throw new YamlError(this.#line(), message);
  }
}

/** YAML 1.2 core schema. */
function plainValue(text: string): unknown {
  if (/^(?:null|Null|NULL|~)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (INT.test(text) || FLOAT.test(text)) return Number(text);
  return text;
}
