import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { describeStory } from './story/contract.ts';
import { tellStory } from './story/tell.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');
const skip = tools.missing !== null;
const TASKS = join(import.meta.dirname, 'tasks');
/** As most functions come: SDK and code in one minified file. */
const bundled = mkdtempSync(join(tmpdir(), 'rolefence-bundled-'));
let layer: Layer | undefined;

beforeAll(async () => {
  if (skip) return;
  layer = buildLayer('slim');
  await build({
    entryPoints: [join(TASKS, 'node-v3/app.mjs')],
    outfile: join(bundled, 'app.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'error',
  });
  mkdirSync(join(bundled, 'node_modules'));
}, 120_000);
afterAll(() => {
  layer?.remove();
  rmSync(bundled, { recursive: true, force: true });
});

const tell = (task: string, modules: boolean) => () =>
  tellStory(
    {
      emulator: join(tools.folders.rie, 'aws-lambda-rie'),
      runtime: nodeRuntime(tools.folders['node-ric'], modules ? join(TASKS, '../../../node_modules') : null),
      task,
      handler: 'app.handler',
      layer: layer!.folder,
    },
    tools.folders.python,
  );

const title = (what: string) => `Node.js with ${what} under AWS's emulator${because(tools)}`;
describeStory(title('the SDK v3 as modules'), skip, tell(join(TASKS, 'node-v3'), true));
describeStory(title('the SDK v3 bundled by esbuild'), skip, tell(bundled, false));
describeStory(title('the SDK v2'), skip, tell(join(TASKS, 'node-v2'), true));
