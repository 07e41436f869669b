import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import { javaRuntime } from './rie/runtimes.ts';
import { describeStory } from './story/contract.ts';
import { tellStory } from './story/tell.ts';

const tools = provideAsRoot('rie', 'python', 'java');
const skip = tools.missing !== null;
let layer: Layer | undefined;

beforeAll(() => {
  if (!skip) layer = buildLayer('universal');
}, 300_000);
afterAll(() => layer?.remove());

describeStory(`Java with the SDK v2 under AWS's emulator${because(tools)}`, skip, () =>
  tellStory(
    {
      emulator: join(tools.folders.rie, 'aws-lambda-rie'),
      runtime: javaRuntime(tools.folders.java),
      task: join(tools.folders.java, 'task'),
      handler: 'App::handleRequest',
      // The first call of a JVM takes seconds on a busy machine.
      timeoutS: 90,
      layer: layer!.folder,
    },
    tools.folders.python,
  ),
);
