import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import type { Change } from '../../../cli/respond/change.ts';
import { because } from '../../toolchain/provide.ts';
import { rolefence as rolefenceAsync } from '../tool.ts';
import { python, responding } from './responding.ts';

describe.skipIf(python.missing !== null)(
  `isolated in the store of its sensors (moto)${because(python)}, a function`,
  () => {
    const { folder, env, iam, inline, lambda, layer, layersOf, run, reserved } = responding();
    const STORE = 'file:store/';
    const AT = { kind: 'isolation', function: 'mail', part: null } as const;
    const configured = async () =>
      (await lambda().send(new GetFunctionConfigurationCommand({ FunctionName: 'mail' }))).Environment?.Variables;
    const held = () =>
      createFleet(folderStore(join(folder, 'store')))
        .isolation('mail')
        .load();
    const isolate = (...args: string[]) =>
      run('respond', 'isolate', 'mail', '--store', STORE, '--reason', 'ticket 7', ...args);

    it('is refused where its sensors read another store', async () => {
      const { code, stderr } = isolate('--apply');
      expect(code).toBe(2);
      expect(stderr).toContain('sensors of mail would not heed it: its ROLEFENCE_BASELINE is not set, not file:store/');
      expect(await held()).toBeNull();
    });

    it('goes on running and lets nothing out, in environments of its own if asked for, until it is restored', async () => {
      const Variables = { ROLEFENCE_BASELINE: STORE, OWN: 'x' };
      await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'mail', Environment: { Variables } }));
      const dry = isolate();
      expect(dry.stdout).toContain('function mail: isolate it in file:store/: sensors that start refuse every call');
      expect(dry.stdout).toContain('Environments that run already go on unhindered');
      expect(dry.stdout).toContain('Nothing was changed.');
      expect(await held()).toBeNull();

      const { code, stdout } = isolate('--renew', '--apply', '--undo', 'shut.json', '--json');
      expect(code).toBe(0);
      const { changes, notes } = JSON.parse(stdout);
      expect(changes.map(({ kind }: Change) => kind)).toEqual(['isolation', 'configuration']);
      expect(notes.join()).toContain('Environments of published versions (1) are not renewed');
      expect(await held()).toMatchObject({ function: 'mail', reason: 'ticket 7' });
      expect(await configured()).toEqual({ ...Variables, ROLEFENCE_RENEWED: (await held())!.from });
      expect(await reserved('mail')).toBeNull();

      expect(isolate('--renew', '--apply', '--undo', 'never.json').stdout).toContain('it is so already');
      expect(existsSync(join(folder, 'never.json'))).toBe(false);

      const back = run('respond', 'restore', 'shut.json', '--apply', '--json');
      // The other way round, environments would start and find the isolation still there.
      expect(JSON.parse(back.stdout).changes.map(({ kind }: Change) => kind)).toEqual(['isolation', 'configuration']);
      expect(await held()).toBeNull();
      expect(await configured()).toEqual(Variables);
      expect(run('respond', 'restore', 'shut.json', '--apply').stdout).toContain('Nothing to do');
    });

    it('is let go again after a deployment, whose layers and variables stay, and which gets new environments', async () => {
      const own = await layer('own');
      const deploy = (Variables: Record<string, string>) =>
        lambda().send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: 'mail',
            Layers: [own],
            Environment: { Variables: { ROLEFENCE_BASELINE: STORE, ...Variables } },
          }),
        );
      // One deployment leaves the variable that renewed as it is, the other drops it.
      for (const [i, given] of [{ TABLE: 'a', ROLEFENCE_RENEWED: '' }, { TABLE: 'b' }].entries()) {
        expect(isolate('--renew', '--apply', '--undo', `deployed-${i}.json`).code).toBe(0);
        const { ROLEFENCE_RENEWED = '' } = (await configured())!;
        await deploy('ROLEFENCE_RENEWED' in given ? { ...given, ROLEFENCE_RENEWED } : given);
        const { code, stdout } = run('respond', 'restore', `deployed-${i}.json`, '--apply');
        expect(code).toBe(0);
        expect(stdout).toContain('end its isolation');
        expect(stdout).not.toContain('layer');
        expect(await held()).toBeNull();
        const { ROLEFENCE_RENEWED: renewed, ...rest } = (await configured())!;
        expect(rest).toEqual({ ROLEFENCE_BASELINE: STORE, TABLE: given.TABLE });
        if (i === 0) expect(renewed).toBeUndefined();
        else expect(Date.parse(renewed!)).toBeGreaterThan(Date.parse(ROLEFENCE_RENEWED));
        expect(await layersOf('mail')).toEqual([own]);
        expect(run('respond', 'restore', `deployed-${i}.json`, '--apply').stdout).toContain('Nothing to do');
      }
      await deploy({});
    });

    it('ends although the denial of its role was changed since, which is left alone and said', async () => {
      isolate('--deny-role', '--apply', '--undo', 'denied.json');
      const name = { RoleName: 'workers', PolicyName: 'RolefenceDenyAll' };
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*' },
      });
      await iam().send(new PutRolePolicyCommand({ ...name, PolicyDocument }));
      const { code, stdout } = run('respond', 'restore', 'denied.json', '--apply');
      expect(code).toBe(1);
      expect(stdout).toContain('role workers was changed after denied.json was written; --force does it all the same');
      expect(await held()).toBeNull();
      expect(await inline('workers')).toEqual(['RolefenceDenyAll']);
      expect(run('respond', 'restore', 'denied.json', '--apply', '--force').code).toBe(0);
      expect(await inline('workers')).toEqual([]);
    });

    it('is heeded by a sensor that starts meanwhile, and by none afterwards', async () => {
      isolate('--apply', '--undo', 'heeded.json');
      const sensed = () =>
        rolefenceAsync(['run', '--mode', 'learn', '--function', 'mail', '--', process.execPath, '-e', ''], {
          cwd: folder,
          env: { ...env(), ROLEFENCE_BASELINE: STORE },
        });
      expect((await sensed()).stderr).toContain('ticket 7): every call and connection of this environment is refused');
      run('respond', 'restore', 'heeded.json', '--apply');
      expect((await sensed()).stderr).not.toContain('is refused');
    });

    it('takes the place of one that cannot be read, which holds nobody', async () => {
      const store = folderStore(join(folder, 'store'));
      await store.put(AT, gzipSync('{}'), null);
      expect(isolate('--apply', '--undo', 'over.json').code).toBe(0);
      expect(await held()).toMatchObject({ reason: 'ticket 7' });
      run('respond', 'restore', 'over.json', '--apply');
      expect(await store.get(AT)).toBeNull();
    });

    it('is left alone by the undo file of an earlier one', async () => {
      isolate('--apply', '--undo', 'earlier.json');
      await createFleet(folderStore(join(folder, 'store')))
        .isolation('mail')
        .turn({ ...(await held())!, reason: 'ticket 8' });
      expect(run('respond', 'restore', 'earlier.json', '--apply').stderr).toContain('was changed after');
      expect(await held()).toMatchObject({ reason: 'ticket 8' });
      expect(run('respond', 'restore', 'earlier.json', '--apply', '--force').code).toBe(0);
      expect(await held()).toBeNull();
    });
  },
);
