import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Key, type KeyValue, type Kind, keyFrom, StoreError } from './key-value.ts';

/** The same in a folder, for trying a fleet out on one machine. One process writes at a time. */
export function folderStore(folder: string): KeyValue {
  const name = `file:${folder}`;
  const pathOf = ({ kind, function: fn, part }: Key): string =>
    join(folder, kind, `${encodeURIComponent(fn)}${part === null ? '' : `#${part}`}.json.gz`);

  async function get(key: Key) {
    try {
      const bytes = await readFile(pathOf(key));
      return { bytes, tag: createHash('sha256').update(bytes).digest('hex') };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      throw new StoreError(name, 'cannot be read', code ?? 'unknown error');
    }
  }

  /** False where what is there is not what was expected. */
  async function unchanged(key: Key, tag: string | null): Promise<boolean> {
    return ((await get(key))?.tag ?? null) === tag;
  }

  const writing = async (work: () => Promise<unknown>): Promise<true> => {
    try {
      await work();
      return true;
    } catch (error) {
      throw new StoreError(name, 'cannot be written', (error as NodeJS.ErrnoException).code ?? 'unknown error');
    }
  };

  return {
    name,
    largest: null,
    get,
    async put(key, bytes, tag) {
      if (!(await unchanged(key, tag))) return false;
      const path = pathOf(key);
      return writing(async () => {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, bytes);
        await rename(`${path}.new`, path);
      });
    },
    async remove(key, tag) {
      if (!(await unchanged(key, tag))) return false;
      return writing(() => rm(pathOf(key)));
    },
    async *list(kind: Kind): AsyncGenerator<Key> {
      const names = await readdir(join(folder, kind)).catch(() => []);
      for (const file of names) {
        const found = /^([^#]+?)(?:#([0-9a-f]+))?\.json\.gz$/.exec(file);
        const key = found === null ? null : keyFrom(kind, decodeURIComponent(found[1]!), found[2] ?? null);
        if (key !== null) yield key;
      }
    },
  };
}
