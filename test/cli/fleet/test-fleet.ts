import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import { arn, aws, get } from '../../baseline/calls.ts';
import { type Moto, startMoto } from '../../e2e/aws/moto.ts';

const MAIN = join(import.meta.dirname, '../../../cli/main.ts');
const HOUR = 3_600_000;
export const NOON = Date.UTC(2026, 10, 25, 12);

/** A folder of this test file with stores in folders, a key to sign with, and the tool as a process of its own. */
export function testFleet() {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-fleet-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(at('private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));

  function tool(args: readonly string[], variables: Record<string, string> = {}) {
    const env = { PATH: process.env.PATH, HOME: folder, ...variables };
    return spawnSync(process.execPath, ['--no-warnings', MAIN, ...args], { env, encoding: 'utf8' });
  }

  /** In a store this function was learned in so many environments, an hour apart, and waits for the aggregation where that is not said. */
  async function handIn(
    store: string,
    fn: string,
    keys: readonly (readonly string[])[],
    version = '7',
    from = NOON,
    aggregated = false,
  ) {
    for (const [e, own] of keys.entries()) {
      const fleet = createFleet(folderStore(at(`${store}/`)), () => from + e * HOUR);
      const learner = createLearner();
      for (const [i, key] of own.entries()) {
        const given = {
          function: fn,
          version,
          invocation: `${fn}-${from}-${e}-${i}`,
          time: new Date(from + e * HOUR).toISOString(),
        };
        learner.observe(
          key.startsWith('dynamodb:')
            ? aws('dynamodb', key.slice(9), arn('dynamodb', 'table/customers'), given)
            : get(key, given),
        );
      }
      await fleet.contribute({
        function: fn,
        environment: `${version}-${e}`,
        version,
        aliases: ['live'],
        learned: learner.document(),
        last: true,
      });
      if (aggregated) await fleet.aggregate();
    }
  }

  return {
    at,
    publicKey,
    privateKeyFile: at('private.pem'),
    tool,
    rolefence: (args: readonly string[], variables: Record<string, string> = {}) =>
      tool(['baseline', ...args], variables),
    locationOf: (store: string) => `file:${folder}/${store}/`,
    fleet: (store: string) => createFleet(folderStore(at(`${store}/`))),
    handIn,
    learn: (store: string, fn: string, keys: readonly (readonly string[])[], version = '7', from = NOON) =>
      handIn(store, fn, keys, version, from, true),
    /** A baseline of one call, for what is newer than it. */
    writeOld(name: string): string {
      const learner = createLearner();
      learner.observe(get('photos/in/all.jpg', { function: 'resize', invocation: 'x' }));
      writeFileSync(at(name), JSON.stringify(learner.document()));
      return at(name);
    },
  };
}

/** Moto with the options of an SDK client that reaches it, and the variables by which the tool does. */
export async function motoOverTls(pythonFolder: string) {
  const moto: Moto = await startMoto(pythonFolder);
  const credentials = { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' };
  return {
    moto,
    options: {
      region: 'us-east-1',
      endpoint: `https://localhost:${moto.port}`,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca: moto.caPem }) },
    },
    variables: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: 'us-east-1',
      ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${moto.port}`,
      ROLEFENCE_UPSTREAM_CA: moto.caFile,
    } as Record<string, string>,
  };
}
