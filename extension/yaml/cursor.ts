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

/** A place in a text, and how its lines and columns are told (YAML 1.2.2, chapter 6). */
export class Cursor {
  readonly text: string;
  at = 0;
  /** How far lines have been counted. */
  #counted = { at: 0, line: 1 };

  constructor(text: string) {
    this.text = text;
  }

  /** Goes to the first character of the next line that is not blank; its column, or null at the end. */
  toContent(): number | null {
    for (;;) {
      this.spaces();
      // Also on a line that is blank but for it: other parsers do not agree on those.
      if (/^[ ]*\t\s*$/.test(this.text.slice(this.lineStart(this.at), this.at)))
        this.fault('a tab stands where only spaces may');
      const char = this.text[this.at];
      if (char === undefined) return null;
      if (char === '#' && (this.column() === 0 || /\s/.test(this.text[this.at - 1]!))) this.toLineEnd();
      else if (char === '\n' || char === '\r') this.at++;
      else break;
    }
    const indent = this.text.slice(this.lineStart(this.at), this.at);
    if (indent === '' && this.marks('...')) this.fault('one document was expected');
    return indent.length;
  }

  restIsEmpty(): boolean {
    const char = this.text[this.at];
    return char === undefined || char === '\n' || char === '\r' || (char === '#' && /\s/.test(this.text[this.at - 1]!));
  }

  endOfLine(): void {
    this.spaces();
    if (!this.restIsEmpty()) this.fault('the end of the line was expected');
  }

  marks(mark: string): boolean {
    return this.text.startsWith(mark, this.at) && /\s/.test(this.text[this.at + 3] ?? ' ');
  }

  takes(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  /** Where the pattern ends, begun here; -1 where it does not match. */
  match(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }

  spaces(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  toLineEnd(): void {
    while (this.at < this.text.length && !/[\r\n]/.test(this.text[this.at]!)) this.at++;
  }

  lineStart(at: number): number {
    let from = at;
    while (from > 0 && !/[\r\n]/.test(this.text[from - 1]!)) from--;
    return from;
  }

  columnOf(at: number): number {
    return at - this.lineStart(at);
  }

  /** Spaces at the beginning of this line; a tab ends them. */
  indent(): number {
    return /^ */.exec(this.text.slice(this.lineStart(this.at), this.at))![0].length;
  }

  column(): number {
    return this.columnOf(this.at);
  }

  line(): number {
    if (this.at < this.#counted.at) this.#counted = { at: 0, line: 1 };
    let { at, line } = this.#counted;
    for (; at < this.at; at++) {
      const char = this.text[at];
      if (char === '\n' || (char === '\r' && this.text[at + 1] !== '\n')) line++;
    }
    this.#counted = { at, line };
    return line;
  }

  fault(message: string): never {
    throw new YamlError(this.line(), message);
  }
}
