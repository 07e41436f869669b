import { fileProblem, UsageError } from './errors.ts';
import { onOneLine, onTerminal } from './style.ts';

/** Whoever read our standard output has gone (`| head`): nothing more to say, and no reason to complain. */
export class ReaderGone extends Error {
  /** What the command would have returned for what it had printed. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('standard output is closed');
    this.name = 'ReaderGone';
    this.exitCode = exitCode;
  }
}

/** Where nobody reads any more there is nothing to say; a disk that is full is said. */
function whyBroken(error: Error, codeWhenGone: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EPIPE' || code === 'EBADF' || code === 'ERR_STREAM_DESTROYED') return new ReaderGone(codeWhenGone);
  return new UsageError(`standard output cannot be written (${fileProblem(error)})`, { cause: error });
}

const CHUNK = 64 * 1024;

/** Lines on standard output, written in large pieces, no faster than they are read. */
export class Lines {
  /** How many lines were written. */
  count = 0;
  #text = '';
  #broken: Error | null = null;
  readonly #codeWhenGone: number;

  /** `codeWhenGone`: exit code where the reader goes after some lines. */
  constructor(codeWhenGone: number) {
    this.#codeWhenGone = codeWhenGone;
    process.stdout.on('error', (error) => {
      this.#broken = error;
    });
  }

  write(line: string): void {
    this.count++;
    this.#text += `${line}\n`;
  }

  /** To be awaited now and then: hands on what has gathered. Throws ReaderGone. */
  async settle(): Promise<void> {
    if (this.#text.length >= CHUNK) await this.flush();
    else if (this.#broken !== null) throw whyBroken(this.#broken, this.#codeWhenGone);
  }

  async flush(): Promise<void> {
    if (this.#broken !== null) throw whyBroken(this.#broken, this.#codeWhenGone);
    const text = onTerminal(this.#text);
    this.#text = '';
    if (text === '') return;
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(whyBroken(error, this.#codeWhenGone));
        else resolve();
      });
    });
  }
}

/** A whole text on standard output. */
export async function print(text: string): Promise<void> {
  process.stdout.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(onTerminal(text), (error) => (error ? reject(whyBroken(error, 0)) : resolve()));
  });
}

/** A line on standard error; whoever closed it does not want to know. */
export function say(line: string): void {
  try {
    process.stderr.write(`${onOneLine(line)}\n`);
  } catch {
    // Nobody listens.
  }
}
