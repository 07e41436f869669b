import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';

const ALL = 'together';

/**
 * Puts what `start` imports into as few files as can be. esbuild makes a file for each set of modules that the same entries need, two dozen for a start, and each costs Node a millisecond to
 * find, read, compile and link. So every entry that is loaded later is made to need them all: by then they are there anyway. `apart` is the same bundle without that.
 */
export function together(root: string, apart: Metafile, start: string): Plugin {
  const wanted = reach(apart, start, ['import-statement', 'require-call']);
  const later = [...reach(apart, start, ['import-statement', 'require-call', 'dynamic-import'])]
    .flatMap((path) => apart.inputs[path]?.imports ?? [])
    .filter(({ kind, external, path }) => kind === 'dynamic-import' && external !== true && !wanted.has(path))
    .map(({ path }) => path);
  wanted.delete(start);
  const entries = new Set([start, ...later].map((path) => join(root, path)));
  return {
    name: 'together',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${ALL}$`) }, () => ({ path: ALL, namespace: ALL }));
      onLoad({ filter: /.*/, namespace: ALL }, () => ({
        contents: [...wanted].map((path) => `import ${JSON.stringify(specifierOf(path))};`).join('\n'),
        resolveDir: root,
      }));
      onLoad({ filter: /\.[mc]?[jt]s$/ }, ({ path }) =>
        entries.has(path) ? { contents: `${readFileSync(path, 'utf8')}\nimport '${ALL}';\n`, loader: 'ts' } : undefined,
      );
    },
  };
}

/** A plugin's own modules are told as `namespace:name?suffix`, and asked for by their name. */
function specifierOf(path: string): string {
  const [, own] = /^[\w-]+:([^?]+)/.exec(path) ?? [];
  return own ?? `./${path}`;
}

/** The module and all that it imports in these ways, of our own source. */
function reach({ inputs }: Metafile, from: string, kinds: readonly string[]): Set<string> {
  const found = new Set([from]);
  for (const path of found) {
    for (const { kind, external, path: to } of inputs[path]?.imports ?? []) {
      if (external !== true && kinds.includes(kind) && inputs[to] !== undefined) found.add(to);
    }
  }
  return found;
}
