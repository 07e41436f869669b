import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem, InputError, UsageError } from '../errors.ts';

/** One file to read, or standard input. */
export interface Source {
  /** As it is called in messages. */
  readonly name: string;
  /** Null is standard input. */
  readonly path: string | null;
  /** Bytes on disk; null where that says nothing. */
  readonly size: number | null;
}

const STANDARD_INPUT: Source = { name: 'standard input', path: null, size: null };

/** Names in folders that may hold calls: ours, CloudTrail's, log exports. */
const READABLE = /\.(?:jsonl?|ndjson|log|txt)(?:\.gz)?$|\.gz$/i;
/** CloudTrail writes digests and insights beside its logs; neither holds calls. */
const BESIDE = new Set(['CloudTrail-Digest', 'CloudTrail-Insight']);

/** Files and folders (searched to the bottom, in order of names) as files. Without any, and for `-`, standard input. */
export function sources(names: readonly string[]): Source[] {
  if (names.length === 0) {
    if (process.stdin.isTTY) throw new UsageError('no input: name a FILE, or pipe something in');
    return [STANDARD_INPUT];
  }
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('standard input (-) can be read only once');
  return names.flatMap((name) => (name === '-' ? [STANDARD_INPUT] : expand(name)));
}

function expand(name: string): Source[] {
  if (name === '') throw new UsageError('the name of a file is empty');
  let found: ReturnType<typeof statSync>;
  try {
    found = statSync(name);
  } catch (cause) {
    throw new InputError(name, null, fileProblem(cause), { cause });
  }
  if (!found.isDirectory()) return [{ name, path: name, size: found.isFile() ? found.size : null }];
  const files = [...walk(name)];
  if (files.length === 0) throw new InputError(name, null, 'the folder holds no .json, .jsonl, .log, .txt or .gz file');
  return files;
}

function* walk(folder: string): Generator<Source> {
  let entries: { name: string; isDirectory(): boolean; isFile(): boolean }[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new InputError(folder, null, fileProblem(cause), { cause });
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!BESIDE.has(entry.name)) yield* walk(path);
    } else if (entry.isFile() && READABLE.test(entry.name) && !entry.name.startsWith('.')) {
      yield { name: path, path, size: statSync(path).size };
    }
  }
}
