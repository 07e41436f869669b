import { relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { catalogFiles } from './catalog.ts';
import type { BuiltFile } from './file.ts';
import { together } from './together.ts';

export interface Bundle {
  readonly files: readonly BuiltFile[];
  readonly metafile: Metafile;
}

/** Lambda's own Node may be too old on old runtimes: then the shell looks for another. 64 is EX_USAGE. */
const NODE_20 = `if(process.versions.node.split('.')[0]<20)process.exit(64);`;

/** Lets bundled CommonJS (undici) require core modules from an ES module. */
const REQUIRE = `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`;

/**
 * Core modules by `require`, and of their exports only those that are used: an ES import reads every one of them once, getters too, and `http.WebSocket` and its like load
 * Node's whole fetch, which is 20 ms and 3 MB at every cold start. `share`: who gets the same ones; what packages use that are loaded later is apart, for the same reason.
 */
function requiredCore(share: (importer: string) => string): Plugin {
  return {
    name: 'required-core',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, kind, namespace, importer }) => {
        if (namespace.startsWith('core') || kind === 'require-call') return { path, external: true };
        if (kind === 'dynamic-import') return { path, namespace: 'core-whole' };
        return { path, namespace: 'core', suffix: `?${share(importer)}` };
      });
      onLoad({ filter: /.*/, namespace: 'core' }, ({ path }) => used(path));
      // Here nobody knows what is used: it is read when it is used.
      onLoad({ filter: /.*/, namespace: 'core-whole' }, ({ path }) => ({
        contents: `module.exports = require('${path}');`,
      }));
    },
  };
}

function used(core: string): { contents: string } {
  const names = Object.keys(process.getBuiltinModule(core) ?? {}).filter((name) => name !== 'default');
  // It has functions only, and Node's readline in its train: loaded when one of them is called.
  if (core === 'node:fs/promises') {
    const called = names.map((name) => `${name} = (...given) => require('${core}').${name}(...given)`);
    return { contents: `export const ${called.join(', ')};` };
  }
  // Pure, so that what nobody imports is left out.
  const read = names.map((name) => `${name} = /* @__PURE__ */ (() => core.${name})()`);
  return {
    contents: `const core = /* @__PURE__ */ require('${core}');\nexport default core;\nexport const ${read.join(', ')};`,
  };
}

/**
 * Left out of the AWS clients that the sensor loads for its sinks, a third of their size: the chain that looks for credentials (the sensor hands its own over)
 * and the parser of browsers' names.
 */
const leanClients: Plugin = {
  name: 'lean-clients',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:@aws-sdk\/credential-provider-node|bowser)$/ }, ({ path }) => ({
      path,
      namespace: 'left-out',
    }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      contents: `export const defaultProvider = () => async () => { throw new Error('no credentials were handed over'); };`,
    }));
  },
};

/** The sensor: `main.mjs` and, as chunks of their own, what it loads only when needed. Node 20 is the oldest it runs on. */
export function bundleSensor(root: string): Promise<Bundle> {
  return withCatalog(root, 'extension/main.ts', {
    entryPoints: { main: 'extension/main.ts' },
    format: 'esm',
    splitting: true,
    minify: true,
    target: 'node20.0',
    banner: { js: `${NODE_20}${REQUIRE}` },
    // The clients' ES modules, of which only what is used is taken.
    mainFields: ['module', 'main'],
    plugins: [requiredCore((importer) => (importer.includes('node_modules') ? 'packages' : 'ours')), leanClients],
  });
}

/** The Node preload: one CommonJS file, because it runs inside the functions, the oldest of which are on Node 18. */
export function bundlePreload(root: string): Promise<Bundle> {
  return bundle(root, {
    entryPoints: { preload: 'layer/preload/main.ts' },
    format: 'cjs',
    minify: true,
    target: 'node18.0',
    outExtension: { '.js': '.cjs' },
  });
}

/** The scheduled function of template.yaml: one file, on Lambda's own Node. */
export function bundleAggregator(root: string): Promise<Bundle> {
  return bundle(root, {
    entryPoints: { index: 'extension/fleet/aggregator.ts' },
    format: 'esm',
    target: 'node22.0',
    banner: { js: REQUIRE },
    plugins: [leanClients],
  });
}

/** The operator's tool, for npm: dependencies stay outside. */
export function bundleCli(root: string): Promise<Bundle> {
  return withCatalog(root, 'cli/commands/proxy.ts', {
    entryPoints: { rolefence: 'cli/main.ts' },
    format: 'esm',
    splitting: true,
    packages: 'external',
    target: 'node20.0',
    banner: { js: REQUIRE },
    // Each its own: shared, they would be files of their own.
    plugins: [requiredCore((importer) => relative(root, importer))],
  });
}

async function bundle(root: string, options: BuildOptions): Promise<Bundle> {
  const out = `${root}/dist/bundle`;
  const { outputFiles, metafile } = await build({
    bundle: true,
    platform: 'node',
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'warning',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    ...options,
    absWorkingDir: root,
    outdir: out,
    metafile: true,
    write: false,
  });
  const files = outputFiles.map((file) => {
    const path = relative(out, file.path);
    return { path, mode: path === 'rolefence.mjs' ? 0o755 : 0o644, content: file.contents };
  });
  return { files, metafile };
}

/** `start`: what this module imports is wanted at once, and comes in one file. */
async function withCatalog(root: string, start: string, options: BuildOptions): Promise<Bundle> {
  const { metafile: apart } = await bundle(root, options);
  const plugins = [...(options.plugins ?? []), together(root, apart, start)];
  const { files, metafile } = await bundle(root, { ...options, plugins });
  return { files: [...files, ...catalogFiles(root)], metafile };
}

/** Bytes that Node reads before the entry's first line runs: the entry and everything it imports statically. */
export function eagerSize(metafile: Metafile, entry: string): number {
  const outputs = metafile.outputs;
  const seen = new Set<string>();
  const visit = (path: string): number => {
    const output = outputs[path];
    if (output === undefined || seen.has(path)) return 0;
    seen.add(path);
    const eager = output.imports.filter((imported) => imported.kind === 'import-statement');
    return output.bytes + eager.reduce((sum, imported) => sum + visit(imported.path), 0);
  };
  const start = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  return start === undefined ? 0 : visit(start);
}
