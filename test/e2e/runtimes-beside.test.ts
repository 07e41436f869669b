import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { type Account, furnish } from './aws/account.ts';
import { type Arrival, type Moto, startMoto } from './aws/moto.ts';
import { rolefence } from './program.ts';
import { ROLE, startEnvironment } from './rie/environment.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import { nodeRuntime, pythonRuntime } from './rie/runtimes.ts';
import { type Product, products } from './runtimes/beside.ts';
import { DONE, WORK } from './stage.ts';
import { attached, findingsIn } from './story/tell.ts';

/** A function that has another product's tracer too learns and is refused as any other, and the product goes on with its own work. */
const tools = provideAsRoot('rie', 'python', 'node-ric', 'tracers-node', 'tracers-python');
const TASKS = join(import.meta.dirname, 'tasks');
const CALLS = 4;

describe.skipIf(tools.missing !== null)(`other products' tracers beside the sensor${because(tools)}`, () => {
  let folder: string;
  let layers: Record<'slim' | 'universal', Layer>;
  let moto: Moto;
  let account: Account;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-beside-'));
    layers = { slim: buildLayer('slim'), universal: buildLayer('universal') };
    for (const layer of Object.values(layers)) {
      mkdirSync(join(layer.folder, 'nodejs'));
      symlinkSync(join(tools.folders['tracers-node'], 'node_modules'), join(layer.folder, 'nodejs/node_modules'));
    }
    await build({
      entryPoints: [join(TASKS, 'node-v3/app.mjs')],
      outfile: join(folder, 'node/app.js'),
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      logLevel: 'error',
    });
    moto = await startMoto(tools.folders.python);
    account = await furnish(moto);
  }, 300_000);
  afterAll(async () => {
    await moto?.close();
    for (const layer of Object.values(layers ?? {})) layer.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (product: Product, variables: Record<string, string>, files: Record<string, string> = {}) => {
    const node = product.language === 'node';
    const sealed = variables.ROLEFENCE_CREDENTIALS === 'sealed';
    const layer = layers[node && !sealed ? 'slim' : 'universal'].folder;
    const { wrapper } = product;
    if (wrapper !== undefined) writeFileSync(join(layer, wrapper.name), wrapper.script, { mode: 0o755 });
    return startEnvironment({
      emulator: join(tools.folders.rie, 'aws-lambda-rie'),
      runtime: node ? nodeRuntime(tools.folders['node-ric'], null) : pythonRuntime(tools.folders['tracers-python']),
      task: node ? join(folder, 'node') : join(TASKS, 'python'),
      handler: product.handler,
      layer,
      variables: { ...account.variables, ...attached(moto), ...product.variables, ...variables },
      files: { ...product.files, ...files, 'moto-ca.pem': moto.caPem },
    });
  };

  describe.each(products(tools.folders['tracers-python'] ?? ''))('$name in $language, by $by', (product) => {
    let arrived: readonly Arrival[];
    let log: string;
    let baseline: string;

    it('works, and so does the function, each of its calls arriving once', async () => {
      const environment = await start(product, {});
      try {
        arrived = await moto.during(async () => {
          for (let i = 0; i < 3; i++) expect((await environment.invoke(WORK)).body).toEqual(DONE);
        });
      } finally {
        log = await environment.shutdown();
      }
      expect(arrived.filter(({ host }) => host.endsWith('.amazonaws.com'))).toHaveLength(3 * CALLS);
      expect(log).toMatch(product.traces);
    }, 120_000);

    it('leaves what is learned as it is without it', async () => {
      writeFileSync(join(folder, 'function.log'), log);
      await rolefence(['learn', '--out', join(folder, 'baseline.json'), join(folder, 'function.log')]);
      baseline = readFileSync(join(folder, 'baseline.json'), 'utf8');
      const actions = [...new Set(baseline.match(/"(?:\w|-)+:[A-Z]\w+"/g))].sort();
      expect(actions).toEqual(['"dynamodb:PutItem"', '"s3:GetObject"', '"s3:PutObject"', '"sqs:SendMessage"']);
    });

    it('works in block mode with placeholders for keys too, where what the function never did is refused as AWS would, once', async () => {
      // From here AWS checks every signature, by botocore's own signer and the role's real keys.
      moto.knowOnly([ROLE]);
      const environment = await start(
        product,
        {
          ROLEFENCE_CREDENTIALS: 'sealed',
          ROLEFENCE_MODE: 'block',
          ROLEFENCE_BASELINE: 'file:/var/task/rolefence.json',
        },
        { 'rolefence.json': baseline },
      );
      try {
        const allowed = await moto.during(async () => {
          expect((await environment.invoke(WORK)).body).toEqual(DONE);
        });
        const own = allowed.filter(({ host }) => host.endsWith('.amazonaws.com'));
        expect(own.map(({ accessKeyId, wrong }) => [accessKeyId, wrong])).toEqual(
          Array(CALLS).fill([ROLE.accessKeyId, null]),
        );
        let answer: unknown = null;
        const attack = await moto.during(async () => {
          answer = (await environment.invoke({ do: 'scan-table' })).body;
        });
        expect(answer).toMatchObject({ error: expect.stringMatching(/^AccessDenied(Exception)?$/), attempts: 1 });
        expect(attack.filter(({ action }) => action === 'Scan')).toEqual([]);
      } finally {
        moto.knowOnly(null);
        log = await environment.shutdown();
      }
      const found = findingsIn(log).map(({ detector, action }) => [detector, action]);
      expect(found).toContainEqual(['action', 'dynamodb:Scan']);
      expect(found.filter(([, action]) => action !== 'dynamodb:Scan')).toEqual([]);
      expect(log).toMatch(product.traces);
    }, 120_000);
  });
});
