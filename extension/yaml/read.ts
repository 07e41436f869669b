import { Cursor } from './cursor.ts';
import { plain, plainValue, quoted } from './scalar.ts';

/** A text that was read, with the line of everything in it. */
export interface Yaml {
  readonly value: unknown;
  /** From 1; of the nearest thing above where there is nothing at `path`. */
  lineOf(path: readonly (string | number)[]): number;
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
const DEEPEST = 20;

class Reader {
  readonly lines = new Map<string, number>();
  readonly #cursor: Cursor;
  /** Column of the member or entry that is being read: a flow collection of several lines stays to the right of it (YAML 1.2.2, 8.1). */
  #floor = -1;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  document(): unknown {
    if (/^[ \t]*\ufeff|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0085\u2028\u2029]/.test(this.#cursor.text)) {
      this.#cursor.fault('control characters are not read here');
    }
    this.#cursor.toContent();
    if (this.#cursor.marks('---')) {
      this.#cursor.at += 3;
      this.#cursor.endOfLine();
    }
    const value = this.#block(0, [], 0);
    if (this.#cursor.toContent() !== null) this.#cursor.fault('this line belongs to nothing above it');
    return value;
  }

  /** A value that begins on this or a later line, at least `least` columns in. */
  #block(least: number, path: Path, depth: number): unknown {
    const column = this.#cursor.toContent();
    if (column === null || column < least) return null;
    return this.#content(column, path, depth);
  }

  /** What begins here, in this column. */
  #content(column: number, path: Path, depth: number): unknown {
    if (depth > DEEPEST) this.#cursor.fault('this is nested too deeply');
    if (this.#isDash()) return this.#sequence(column, path, depth);
    if (this.#isKey()) return this.#mapping(column, path, depth);
    const value = this.#inline(path, depth);
    this.#cursor.endOfLine();
    return value;
  }

  #sequence(column: number, path: Path, depth: number): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      const own = [...path, list.length];
      this.#mark(own);
      this.#cursor.at++;
      this.#cursor.spaces();
      if (this.#cursor.text[this.#cursor.at - 1] === '\t' && !this.#cursor.restIsEmpty())
        this.#cursor.fault('a tab stands where only spaces may');
      this.#floor = column;
      list.push(
        this.#cursor.restIsEmpty()
          ? this.#block(column + 1, own, depth + 1)
          : this.#content(this.#cursor.column(), own, depth + 1),
      );
      const next = this.#cursor.toContent();
      if (next === null || next < column || (next === column && !this.#isDash())) return list;
      if (next > column) this.#cursor.fault('this line stands too far to the right, or a text goes over several lines');
    }
  }

  #mapping(column: number, path: Path, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    for (;;) {
      if (!this.#isKey()) this.#cursor.fault('a member (NAME: …) was expected');
      const name = this.#key();
      const own = [...path, name];
      this.#keep(members, name);
      this.#mark(own);
      this.#cursor.at = this.#cursor.match(AFTER_KEY);
      this.#cursor.spaces();
      this.#floor = column;
      members[name] = this.#cursor.restIsEmpty() ? this.#below(column, own, depth + 1) : this.#value(own, depth + 1);
      const next = this.#cursor.toContent();
      if (next === null || next < column) return members;
      if (next > column) this.#cursor.fault('this line stands too far to the right, or a text goes over several lines');
      if (this.#isDash()) return members;
    }
  }

  /** The value of a member that has nothing beside it; a sequence may stand right below its name. */
  #below(column: number, path: Path, depth: number): unknown {
    const next = this.#cursor.toContent();
    if (next === column && this.#isDash()) return this.#sequence(column, path, depth);
    return this.#block(column + 1, path, depth);
  }

  /** Beside its name: a scalar or a flow collection. */
  #value(path: Path, depth: number): unknown {
    if (this.#isDash()) this.#cursor.fault('a list begins on a line of its own');
    const value = this.#inline(path, depth);
    this.#cursor.endOfLine();
    return value;
  }

  #inline(path: Path, depth: number, flow = false): unknown {
    if (depth > DEEPEST) this.#cursor.fault('this is nested too deeply');
    const char = this.#cursor.text[this.#cursor.at];
    if (char === '[') return this.#flowSequence(path, depth);
    if (char === '{') return this.#flowMapping(path, depth);
    if (char === '"' || char === "'") return quoted(this.#cursor);
    return plainValue(plain(this.#cursor, flow));
  }

  #flowSequence(path: Path, depth: number): unknown[] {
    const list: unknown[] = [];
    this.#cursor.at++;
    for (;;) {
      this.#flowSpace();
      if (this.#cursor.takes(']')) return list;
      const own = [...path, list.length];
      this.#mark(own);
      list.push(this.#inline(own, depth + 1, true));
      this.#flowSpace();
      if (this.#cursor.takes(']')) return list;
      if (!this.#cursor.takes(',')) this.#cursor.fault('a comma or ] was expected');
    }
  }

  #flowMapping(path: Path, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {};
    this.#cursor.at++;
    for (;;) {
      this.#flowSpace();
      if (this.#cursor.takes('}')) return members;
      const quoted = this.#cursor.text[this.#cursor.at] === '"' || this.#cursor.text[this.#cursor.at] === "'";
      const name = this.#key();
      const own = [...path, name];
      this.#keep(members, name);
      this.#mark(own);
      const line = this.#cursor.line();
      this.#flowSpace();
      // Beside a quoted name no space is needed; a plain one would go on.
      if (
        this.#cursor.text[this.#cursor.at] !== ':' ||
        this.#cursor.line() !== line ||
        !(quoted || /[\s,}]/.test(this.#cursor.text[this.#cursor.at + 1] ?? ' '))
      ) {
        this.#cursor.fault('NAME: VALUE was expected');
      }
      this.#cursor.at++;
      this.#flowSpace();
      const next = this.#cursor.text[this.#cursor.at];
      members[name] = next === ',' || next === '}' ? null : this.#inline(own, depth + 1, true);
      this.#flowSpace();
      if (this.#cursor.takes('}')) return members;
      if (!this.#cursor.takes(',')) this.#cursor.fault('a comma or } was expected');
    }
  }

  #key(): string {
    const char = this.#cursor.text[this.#cursor.at];
    if (char === '"' || char === "'") return quoted(this.#cursor);
    const end = this.#cursor.match(KEY);
    if (end < 0) this.#cursor.fault('a name was expected (letters, digits, _ and -; all else in quotes)');
    const name = this.#cursor.text.slice(this.#cursor.at, end);
    this.#cursor.at = end;
    return name;
  }

  #keep(members: Record<string, unknown>, name: string): void {
    if (name === '__proto__') this.#cursor.fault('this name is not read here');
    if (Object.hasOwn(members, name)) this.#cursor.fault(`${JSON.stringify(name.slice(0, 40))} stands here twice`);
  }

  /** Space, line ends and comments between the parts of a flow collection. */
  #flowSpace(): void {
    const began = this.#cursor.at;
    for (;;) {
      const from = this.#cursor.at;
      const blank = /[ \t\r\n]*/y;
      blank.lastIndex = from;
      blank.test(this.#cursor.text);
      this.#cursor.at = blank.lastIndex;
      if (this.#cursor.text[this.#cursor.at] !== '#') break;
      if (this.#cursor.at === from && !/[\s]/.test(this.#cursor.text[from - 1] ?? ' '))
        this.#cursor.fault('a space was expected before #');
      this.#cursor.toLineEnd();
    }
    if (this.#cursor.at >= this.#cursor.text.length) this.#cursor.fault('a bracket is not closed');
    const start = this.#cursor.lineStart(this.#cursor.at);
    if (start > began && this.#cursor.indent() <= this.#floor)
      this.#cursor.fault('a line inside of brackets stands too far to the left');
    if (this.#cursor.at === start && (this.#cursor.marks('---') || this.#cursor.marks('...')))
      this.#cursor.fault('a bracket is not closed');
  }

  #isDash(): boolean {
    return this.#cursor.text[this.#cursor.at] === '-' && /\s/.test(this.#cursor.text[this.#cursor.at + 1] ?? ' ');
  }

  #isKey(): boolean {
    const from = this.#cursor.at;
    const char = this.#cursor.text[from];
    if (char === '"' || char === "'") {
      quoted(this.#cursor);
      const found = this.#cursor.match(AFTER_KEY) >= 0;
      this.#cursor.at = from;
      return found;
    }
    const end = this.#cursor.match(KEY);
    if (end < 0) return false;
    AFTER_KEY.lastIndex = end;
    return AFTER_KEY.test(this.#cursor.text);
  }

  #mark(path: Path): void {
    this.lines.set(JSON.stringify(path), this.#cursor.line());
  }
}
