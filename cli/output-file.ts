import { closeSync, openSync, writeSync } from 'node:fs';
import { fileProblem, UsageError } from './errors.ts';

/** JSON Lines in a file, one object a line. Records of calls and findings are for their owner's eyes: mode 0600. */
export class OutputFile {
  readonly path: string;
  /** Why not all of it could be written; null where all was. One sentence. */
  problem: string | null = null;
  readonly #file: number;
  #text = '';
  #timer: NodeJS.Timeout | null = null;

  /** Opened at once, so that a path that cannot be written ends the command before any work. `option` is named in the error. */
  constructor(option: string, path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, 'w', 0o600);
    } catch (cause) {
      throw new UsageError(`${option}: ${path} cannot be written (${fileProblem(cause)})`, { cause });
    }
  }

  /** Written in large pieces, or within a moment: whoever follows the file sees lines soon, and a kill loses few. */
  write(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length >= CHUNK) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), SOON_MS).unref();
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    if (this.problem !== null) return;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    } catch (cause) {
      this.problem = `${this.path} is not complete: it cannot be written (${fileProblem(cause)})`;
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

const CHUNK = 64 * 1024;
const SOON_MS = 20;
