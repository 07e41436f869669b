import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { pythonRuntime } from './rie/runtimes.ts';
import { BOTH, openStage, type Stage, WORK } from './stage.ts';

const tools = provideAsRoot('rie', 'python');

/** Stands in for our Node on Amazon Linux 2, whose glibc 2.26 is too old for it: it ends as the loader ends it there. No such system is to be had here. */
const OLD_SYSTEM = `#!/bin/sh
echo "$0: /lib64/libc.so.6: version 'GLIBC_2.28' not found (required by $0)" >&2
exit 1
`;
/** In place of the layer's Node, and of one that this machine may have itself. */
const PREPARE = `chmod 755 /var/task/old-system
for node in /opt/rolefence/bin/node $(command -v node); do mount --bind /var/task/old-system "$(readlink -f "$node")"; done`;

describe.skipIf(tools.missing !== null)(`a system too old for the layer's Node (stand-in)${because(tools)}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(tools.folders, {
      layer: 'universal',
      runtime: pythonRuntime(tools.folders.python),
      task: join(import.meta.dirname, 'tasks/python'),
      handler: 'app.handler',
    });
  }, 300_000);
  afterAll(() => stage?.close());
  afterEach(() => stage?.clear());

  it.each(BOTH)(
    'the extension sleeps, the function works or fails %s, and one line says why',
    async (onFailure, outcome) => {
      const started = await stage.start(
        { ROLEFENCE_ON_FAILURE: onFailure },
        { prepare: PREPARE, files: { 'old-system': OLD_SYSTEM } },
      );
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect(stage.sensors()).toEqual([]);
      const log = await stage.endsWell();
      expect(
        log.match(/no Node\.js 20 or newer runs here, tried: \/opt\/rolefence\/bin\/node \(exit 1\)/g),
      ).toHaveLength(1);
      expect(log).not.toMatch(/Extension\.Crash|Task timed out/);
    },
  );
});
