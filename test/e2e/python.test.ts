import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import { pythonRuntime } from './rie/runtimes.ts';
import { describeStory } from './story/contract.ts';
import { tellStory } from './story/tell.ts';

const tools = provideAsRoot('rie', 'python');
const skip = tools.missing !== null;
let layer: Layer | undefined;

beforeAll(() => {
  if (!skip) layer = buildLayer('universal');
}, 300_000);
afterAll(() => layer?.remove());

describeStory(`Python with boto3 under AWS's emulator${because(tools)}`, skip, () =>
  tellStory(
    {
      emulator: join(tools.folders.rie, 'aws-lambda-rie'),
      runtime: pythonRuntime(tools.folders.python),
      task: join(import.meta.dirname, 'tasks/python'),
      handler: 'app.handler',
      layer: layer!.folder,
    },
    tools.folders.python,
  ),
);
