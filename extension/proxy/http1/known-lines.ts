import { own } from '../../identify/own.ts';
import { type Head, type KnownLine, lineAt, take } from './line.ts';

/** Lines that came one behind the other, and since then only together: one comparison tells that they have come again. */
interface Run {
  readonly text: string;
  readonly lines: readonly KnownLine[];
}

/** As many heads later all is learned anew: what once changed may have come to rest. */
const LEARNED_FOR = 64;
const MOST_LINES = 64;

/**
 * The field lines of a head that came before, and in which places they change. Most come again as they were, and comparing a session token is ten times as fast as reading it.
 * Whatever does not come again is read, so that no head is read otherwise for it.
 */
export class KnownLines {
  /** In the order of the head; null is one line that is new each time. */
  #runs: (Run | null)[] = [];
  #heads = 0;

  /** Each line of `text` from `from` on ends with CRLF. Throws MalformedHead. */
  read(text: string, from: number, head: Head): void {
    if (this.#heads === 0) this.#learn(own(text.slice(from)), head);
    else this.#recall(text, from, head);
    this.#heads = (this.#heads + 1) % LEARNED_FOR;
  }

  #recall(text: string, from: number, head: Head): void {
    const runs = this.#runs;
    let at = from;
    for (let n = 0; n < runs.length && at < text.length; n++) {
      let run = runs[n] as Run | null;
      if (run !== null && text.slice(at, at + run.text.length) !== run.text) {
        const parts = partsOf(run, text, at);
        runs.splice(n, 1, ...parts);
        run = parts[0] as Run | null;
      }
      if (run === null) {
        at = readLine(text, at, head);
        continue;
      }
      for (const line of run.lines) take(line, head);
      at += run.text.length;
    }
    while (at < text.length) at = readLine(text, at, head);
  }

  #learn(text: string, head: Head): void {
    const lines: KnownLine[] = [];
    this.#runs = [];
    for (let at = 0; at < text.length; ) {
      const line = lineAt(text, at);
      take(line, head);
      lines.push(line);
      at += line.line.length;
    }
    if (lines.length <= MOST_LINES) this.#runs = [{ text, lines }];
  }
}

function readLine(text: string, at: number, head: Head): number {
  const line = lineAt(text, at);
  take(line, head);
  return at + line.line.length;
}

/** A run of which something has changed: what of it stands in `text` from `from` on is a run still. At least one part. */
function partsOf({ lines }: Run, text: string, from: number): (Run | null)[] {
  const parts: (Run | null)[] = [];
  let at = from;
  let together: KnownLine[] = [];
  const close = () => {
    if (together.length > 0) parts.push({ text: together.map(({ line }) => line).join(''), lines: together });
    together = [];
  };
  for (const known of lines) {
    const { length } = known.line;
    if (text.slice(at, at + length) === known.line) {
      together.push(known);
      at += length;
      continue;
    }
    close();
    parts.push(null);
    const end = text.indexOf('\r\n', at);
    at = end === -1 ? text.length : end + 2;
  }
  close();
  return parts;
}
