import { doubt } from '../doubt.ts';
import { decode } from '../query-string.ts';
import { MAX_DEPTH, Nodes, object, type Tree, type Want } from './tree.ts';

/** A form body of the query protocols: names decoded, values as they stand until they are asked for. */
export class Form {
  readonly #values = new Map<string, string>();
  readonly #nodes = new Nodes();

  constructor(text: string) {
    let start = 0;
    while (start <= text.length) {
      let end = text.indexOf('&', start);
      if (end < 0) end = text.length;
      if (end > start) {
        this.#nodes.count();
        const equals = text.indexOf('=', start);
        const cut = equals < 0 || equals > end ? end : equals;
        const name = decode(text.slice(start, cut), true);
        if (this.#values.has(name)) doubt('a parameter that stands twice in the body');
        this.#values.set(name, text.slice(cut + 1, end));
      }
      start = end + 1;
    }
  }

  get(name: string): string | null {
    const raw = this.#values.get(name);
    return raw === undefined ? null : decode(raw, true);
  }

  /** Doubts names that differ from these in case only: some servers fold it. */
  unusualSpelling(...names: readonly string[]): void {
    const folded = new Set(names.map((name) => name.toLowerCase()));
    for (const name of this.#values.keys()) {
      if (folded.has(name.toLowerCase()) && !names.includes(name)) doubt('a parameter in an unusual spelling');
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /**
   * Dotted names opened into a tree: `Tags.member.1.Key` stands under Tags, member, 1, Key. Values under a first step that is not wanted are not
   * read: they can be a mail of 60 MB.
   */
  tree(want: Want): Tree {
    const root = object();
    const any = want.has('*');
    for (const [name, raw] of this.#values) {
      const steps = name.split('.');
      if (steps.length > MAX_DEPTH) doubt('a body that is nested too deep');
      let node = root;
      for (const step of steps.slice(0, -1)) {
        const next = node[step];
        if (next === undefined) {
          this.#nodes.count();
          const made = object();
          node[step] = made;
          node = made;
        } else if (typeof next === 'object' && next !== null && !Array.isArray(next)) node = next;
        else doubt('a parameter that is both a value and a structure');
      }
      const last = steps.at(-1)!;
      if (last in node) doubt('a parameter that is both a value and a structure');
      node[last] = any || want.has(steps[0]!) ? decode(raw, true) : '';
    }
    return root;
  }
}

/** The text of a form body. Bytes beyond ASCII stand percent-encoded in what SDKs send. */
export function formText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (/[^\x20-\x7e]/.test(text.trimEnd())) doubt('a form body with bytes that are not percent-encoded');
  return text.trimEnd();
}
