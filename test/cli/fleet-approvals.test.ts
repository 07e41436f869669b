import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../baseline/learn/learner.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import { arn, aws, get } from '../baseline/calls.ts';
import { type Moto, startMoto } from '../e2e/aws/moto.ts';
import { because, provide } from '../toolchain/provide.ts';
import { localAccount } from './respond/account.ts';

const MAIN = join(import.meta.dirname, '../../cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'rolefence-approvals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 25, 12);

function rolefence(args: readonly string[], variables: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH, HOME: folder, ...variables };
  return spawnSync(process.execPath, ['--no-warnings', MAIN, 'baseline', ...args], { env, encoding: 'utf8' });
}

/** A store in which this function was learned in so many environments, an hour apart. */
async function learn(store: string, fn: string, keys: readonly (readonly string[])[], version = '7', from = NOON) {
  await handIn(store, fn, keys, version, from, true);
}

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

const STORE = `file:${folder}/store/`;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
writeFileSync(at('private.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
const demand = { key: publicKey, min: null };
const fleet = () => createFleet(folderStore(at('store/')));
const KEY = ['--key', at('private.pem')];

describe('what comes from few environments or one burst', () => {
  beforeAll(async () => {
    const usual = Array.from({ length: 8 }, (_, e) => [`photos/in/${e}.jpg`, 'photos/in/all.jpg']);
    await learn('store', 'resize', usual);
    await learn('store', 'resize', [['photos/in/all.jpg', 'dynamodb:Scan']], '7', NOON + 20 * HOUR);
    expect(rolefence(['pull', STORE, '--out', at('candidate.json')]).status).toBe(0);
    const old = createLearner();
    old.observe(get('photos/in/all.jpg', { function: 'resize', invocation: 'x' }));
    writeFileSync(at('old.json'), JSON.stringify(old.document()));
  });

  it('stands out in the diff, in words', () => {
    const { stdout, status } = rolefence(['diff', at('old.json'), at('candidate.json')]);
    expect(status).toBe(1);
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(
      '+ dynamodb:Scan ! seen in one environment of many, handed in within one hour (2026-11-26 08h)',
    );
    expect(flat).toContain(
      '+ dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table/customers ! seen in one environment',
    );
    expect(flat).not.toMatch(/s3:GetObject[^!+]*photos\/in\/all[^+]*!/);
  });

  it('and as JSON', () => {
    const { stdout } = rolefence(['diff', '--json', at('old.json'), at('candidate.json')]);
    const changes = JSON.parse(stdout).changes as { facet: string; value: string; novelty: object }[];
    expect(changes.find(({ facet, value }) => facet === 'action' && value === 'dynamodb:Scan')!.novelty).toEqual({
      invocations: 1,
      environments: 1,
      hours: 1,
      versions: ['7'],
      standsOut: 'seen in one environment of many, handed in within one hour (2026-11-26 08h)',
    });
  });

  it('is warned of before it is approved, and does not go to sensors', () => {
    const args = ['approve', at('candidate.json'), '--against', at('old.json'), '--out', at('warned.json'), '--yes'];
    const { stderr, status } = rolefence(args);
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: \d+ new things come from few environments or one burst \(marked !\)/);
    expect(Object.keys(JSON.parse(readFileSync(at('warned.json'), 'utf8'))).sort()).toEqual([
      'approval',
      'format',
      'functions',
    ]);
  });

  it('is told as a version’s own where that version brought it, with the alias that led to both', async () => {
    const usual = Array.from({ length: 6 }, () => ['photos/in/all.jpg']);
    await learn('canary', 'resize', usual, '7', NOON);
    await learn('canary', 'resize', [['photos/in/all.jpg', 'dynamodb:Query']], '8', NOON + 2 * HOUR);
    rolefence(['pull', `file:${folder}/canary/`, '--out', at('canary.json')]);
    const { stdout } = rolefence(['diff', at('old.json'), at('canary.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('only in version 8, which alias live led to beside 7');
  });

  it('is told by its days where a document says no more', () => {
    const learner = createLearner();
    for (let n = 0; n < 40; n++)
      learner.observe(
        get('photos/in/all.jpg', {
          function: 'resize',
          invocation: `d${n}`,
          time: `2026-03-${10 + (n % 9)}T08:00:00.000Z`,
        }),
      );
    learner.observe(
      aws('dynamodb', 'Scan', arn('dynamodb', 'table/customers'), {
        function: 'resize',
        invocation: 'd3',
        time: '2026-03-13T08:00:00.000Z',
      }),
    );
    writeFileSync(at('days.json'), JSON.stringify(learner.document()));
    const { stdout } = rolefence(['diff', at('old.json'), at('days.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /dynamodb:Scan ! seen in one invocation of about \d+, on 2026-03-13/,
    );
  });
});

describe('what was approved', () => {
  const approve = (candidate: string, out: string, ...more: string[]) =>
    rolefence(['approve', at(candidate), '--out', at(out), '--yes', '--json', ...more]);
  const serials: number[] = [];

  it('is kept under its serial, the newest first', () => {
    for (const candidate of ['old.json', 'candidate.json']) {
      // Serials count seconds; the next one must be later.
      if (serials.length > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_100);
      const { stdout } = approve(candidate, 'approved.json', '--against', at('old.json'), ...KEY);
      serials.push(JSON.parse(stdout).approval.serial);
      const { status, stderr } = rolefence(['publish', at('approved.json'), '--to', STORE]);
      expect([status, stderr]).toEqual([0, expect.stringContaining(`has it for resize, serial ${serials.at(-1)}`)]);
    }
    const { stdout } = rolefence(['history', STORE, '--function', 'resize', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      function: 'resize',
      approved: [
        {
          serial: serials[1],
          time: expect.any(String),
          by: expect.any(String),
          restores: null,
          signed: true,
          current: true,
          actions: 2,
        },
        {
          serial: serials[0],
          time: expect.any(String),
          by: expect.any(String),
          restores: null,
          signed: true,
          current: false,
          actions: 1,
        },
      ],
    });
    expect(rolefence(['history', STORE, '--function', 'resize']).stdout).toContain(`* ${serials[1]}`);
  });

  it('is approved anew where somebody goes back to it, under a later serial', async () => {
    const back = ['rollback', STORE, '--function', 'resize', '--to', `${serials[0]}`, '--yes', '--json'];
    const unsigned = rolefence(back);
    expect([unsigned.status, unsigned.stderr]).toEqual([
      2,
      expect.stringContaining('what is approved now is signed: give --key PEM'),
    ]);
    const { stdout, status } = rolefence([...back, ...KEY]);
    expect(status).toBe(0);
    const { approval, restores } = JSON.parse(stdout);
    expect(restores).toBe(serials[0]);
    expect(approval.serial).toBeGreaterThan(serials[1]!);
    const now = await fleet().approved('resize', { ...demand, min: approval.serial });
    expect(Object.keys(now!.functions.resize!.actions)).toEqual(['s3:GetObject']);
    const first = JSON.parse(rolefence(['history', STORE, '--function', 'resize', '--json']).stdout).approved[0];
    expect(first).toMatchObject({ serial: approval.serial, restores: serials[0], current: true, signed: true });
  });

  it('is not replaced by an older document', () => {
    const { status, stderr } = rolefence(['publish', at('approved.json'), '--to', STORE]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^rolefence baseline publish: the baseline store .* holds a newer approved baseline of resize \(\d+, not \d+\)\n$/,
    );
  });

  it('goes to each function apart, each with a signature of its own', async () => {
    const learner = createLearner();
    for (const name of ['crop', 'scale']) learner.observe(get(`${name}/1.jpg`, { function: name, invocation: name }));
    writeFileSync(at('two.json'), JSON.stringify(learner.document()));
    expect(approve('two.json', 'two-approved.json', ...KEY).status).toBe(0);
    const refused = rolefence(['publish', at('two-approved.json'), '--to', STORE]);
    expect(refused.stderr).toContain('is signed for 2 functions together, and each needs a signature of its own');
    expect(rolefence(['publish', at('two-approved.json'), '--to', STORE, ...KEY]).status).toBe(0);
    for (const name of ['crop', 'scale'])
      expect(Object.keys((await fleet().approved(name, demand))!.functions)).toEqual([name]);
  });

  it('is told of all functions where none is named', async () => {
    await learn('store', 'billing', [['in/1.jpg']]);
    const { status, stdout } = rolefence(['history', STORE, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).functions).toEqual([
      { function: 'billing', approved: false, learned: true, handedIn: false },
      { function: 'crop', approved: true, learned: false, handedIn: false },
      { function: 'resize', approved: true, learned: true, handedIn: false },
      { function: 'scale', approved: true, learned: false, handedIn: false },
    ]);
    const told = rolefence(['history', STORE]);
    expect(told.stdout).toMatch(
      /billing +a candidate, nothing approved\n +crop +approved\n +resize +approved, and a candidate\n/,
    );
    expect(told.stderr).toContain('--function NAME lists what was ever published for one of them');
    expect(rolefence(['history', `file:${folder}/empty/`]).stderr).toContain('holds nothing of any function yet');
  });

  it('is told of what was handed in before the aggregation has joined it', async () => {
    await handIn('fresh', 'payout', [['in/1.jpg'], ['in/2.jpg']]);
    const store = `file:${folder}/fresh/`;
    expect(rolefence(['history', store]).stdout).toBe(
      `  payout  handed in, not aggregated yet (rolefence baseline aggregate ${store})\n`,
    );
    const waiting = { function: 'payout', approved: false, learned: false, handedIn: true };
    expect(JSON.parse(rolefence(['history', store, '--json']).stdout)).toEqual({ functions: [waiting] });
    expect(rolefence(['aggregate', store]).status).toBe(0);
    expect(JSON.parse(rolefence(['history', store, '--json']).stdout)).toEqual({
      functions: [{ ...waiting, learned: true, handedIn: false }],
    });
  });

  it('is pulled as it stands', () => {
    const args = ['pull', STORE, '--function', 'resize', '--approved', '--out', at('pulled.json')];
    expect(rolefence(args).status).toBe(0);
    writeFileSync(at('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    expect(rolefence(['verify', at('pulled.json'), '--key', at('public.pem')]).status).toBe(0);
  });

  it.each([
    [['history', STORE, '--function', ''], '--function NAME is missing'],
    [['history', STORE, '--function', 'nobody'], 'holds nothing approved for the function nobody'],
    [['rollback', STORE, '--function', 'resize'], '--to SERIAL is missing'],
    [['rollback', STORE, '--function', 'resize', '--to', '5'], 'holds no approved baseline 5 of the function resize'],
    [
      ['rollback', STORE, '--function', 'resize', '--to', 'x'],
      "--to must be a serial, as rolefence baseline history lists them, not 'x'",
    ],
    [['pull', STORE, '--approved', '--out', 'x'], '--approved needs one --function'],
    [['sign', 'x', '--key', 'a', '--kms', 'b'], '--key and --kms are two ways to sign'],
  ])('%j says what is wrong', (args, sentence) => {
    const { status, stderr } = rolefence(args);
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

const provided = provide('python');

describe.skipIf(provided.missing !== null)(`functions of the same code (moto)${because(provided)}`, () => {
  let moto: Moto;
  let variables: Record<string, string>;
  beforeAll(async () => {
    moto = await startMoto(provided.folders.python);
    const credentials = { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' };
    const options = {
      region: 'us-east-1',
      endpoint: `https://localhost:${moto.port}`,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca: moto.caPem }) },
    };
    variables = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: 'us-east-1',
      ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${moto.port}`,
      ROLEFENCE_UPSTREAM_CA: moto.caFile,
    };
    const account = localAccount(options);
    const role = await account.role('r');
    for (const [name, code] of [
      ['eu', 'a'],
      ['us', 'a'],
      ['ap', 'a'],
      ['other', 'b'],
    ] as const)
      await account.function(name, role, { code });
    account.close();
    for (const name of ['us', 'ap', 'other'])
      await learn('pool', name, [['shared/config.json', `${name}-photos/1.jpg`]]);
    await learn('pool', 'eu', [['eu-photos/1.jpg']]);
    await learn('pool', 'other', [['other-only/1.jpg']]);
  }, 900_000);
  afterAll(() => moto.close());

  it('are asked of Lambda, and what a quorum of them has seen comes over, marked as theirs', () => {
    const args = ['pull', `file:${folder}/pool/`, '--function', 'eu', '--same-code', '--out', at('pooled.json')];
    const { stderr, status } = rolefence(args, variables);
    expect([status, stderr]).toEqual([0, expect.stringContaining('of 2 other functions with the code of eu')]);
    const document = JSON.parse(readFileSync(at('pooled.json'), 'utf8'));
    expect(Object.keys(document.functions.eu.actions['s3:GetObject'].resources)).toEqual([
      'arn:aws:s3:::eu-photos/1.jpg',
      'arn:aws:s3:::shared/config.json',
    ]);
    writeFileSync(at('nothing.json'), JSON.stringify({ format: 'rolefence.baseline/1', functions: {} }));
    const { stdout } = rolefence(['diff', at('nothing.json'), at('pooled.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '+ s3:GetObject on arn:aws:s3:::shared/config.json ! never seen in this function, in 2 others of the same code',
    );
    expect(rolefence(['approve', at('pooled.json'), '--out', at('pooled-approved.json'), '--yes']).status).toBe(0);
    expect(JSON.parse(readFileSync(at('pooled-approved.json'), 'utf8'))).not.toHaveProperty('pool');
  });

  it.each([
    [['--function', 'nobody', '--same-code'], 'Lambda knows no function nobody here'],
    [['--same-code'], '--same-code needs one --function'],
    [
      ['--function', 'eu', '--same-code', '--quorum', '1'],
      '--quorum must be 2 or more: one function alone gives nothing',
    ],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { stderr, status } = rolefence(['pull', `file:${folder}/pool/`, '--out', at('x.json'), ...args], variables);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });
});

describe.skipIf(provided.missing !== null)(`a key of AWS KMS (moto)${because(provided)}`, () => {
  let moto: Moto;
  let client: KMSClient;
  let variables: Record<string, string>;
  beforeAll(async () => {
    moto = await startMoto(provided.folders.python);
    const credentials = { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' };
    client = new KMSClient({
      region: 'us-east-1',
      endpoint: `https://localhost:${moto.port}`,
      credentials,
      requestHandler: { httpsAgent: new Agent({ ca: moto.caPem }) },
    });
    variables = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_REGION: 'us-east-1',
      ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${moto.port}`,
      ROLEFENCE_UPSTREAM_CA: moto.caFile,
    };
  }, 900_000);
  afterAll(async () => {
    client.destroy();
    await moto.close();
  });

  const key = async (KeySpec: 'ECC_NIST_P256' | 'RSA_2048') =>
    (await client.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }))).KeyMetadata!.Arn!;

  it('signs what is approved, and the sensor verifies it with the public key alone', async () => {
    const id = await key('ECC_NIST_P256');
    const args = ['approve', at('old.json'), '--out', at('kms.json'), '--kms', id, '--yes'];
    const { status, stderr } = rolefence(args, variables);
    expect([status, stderr]).toEqual([0, expect.stringContaining('is approved and signed')]);
    expect(rolefence(['publish', at('kms.json'), '--to', `file:${folder}/kms/`]).status).toBe(0);
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: id }));
    const own = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    const store = createFleet(folderStore(at('kms/')));
    expect(Object.keys((await store.approved('resize', { key: own, min: null }))!.functions)).toEqual(['resize']);
    await expect(store.approved('resize', demand)).rejects.toThrow('it is signed with another key');
    // As ROLEFENCE_BASELINE_KEY takes it: what `aws kms get-public-key --query PublicKey --output text` prints.
    const { readConfig } = await import('../../extension/config.ts');
    const { config } = readConfig({ ROLEFENCE_BASELINE_KEY: Buffer.from(PublicKey!).toString('base64') });
    expect(config.baselineKey!.equals(own)).toBe(true);
  });

  it.each([
    ['ROLEFENCE_CONNECT_TO', () => variables],
    [
      'AWS_ENDPOINT_URL',
      () => ({ ...variables, ROLEFENCE_CONNECT_TO: '', AWS_ENDPOINT_URL: `https://localhost:${moto.port}` }),
    ],
    [
      'the variables of services',
      () => ({
        ...variables,
        ROLEFENCE_CONNECT_TO: '',
        AWS_ENDPOINT_URL: 'https://localhost:1',
        AWS_ENDPOINT_URL_S3: `https://localhost:${moto.port}`,
        AWS_ENDPOINT_URL_DYNAMODB: `https://localhost:${moto.port}`,
      }),
    ],
  ])('is not the only part of AWS that %s leads to: stores are, and say what they lack', async (_, env) => {
    for (const [store, missing] of [
      ['dynamodb://nowhere', 'there is no table nowhere in us-east-1'],
      ['s3://no-such-bucket/team', 'there is no bucket no-such-bucket in us-east-1'],
    ]) {
      const { status, stderr } = rolefence(['history', store!, '--function', 'resize'], env());
      expect([status, stderr]).toEqual([2, expect.stringContaining(`cannot be read (${missing})`)]);
    }
  });

  it('is not the only part of AWS that ROLEFENCE_CONNECT_TO leads to: what asks Lambda goes there, too', () => {
    const env = { PATH: process.env.PATH, HOME: folder, ...variables };
    const { stderr } = spawnSync(process.execPath, ['--no-warnings', MAIN, 'doctor', '--function', 'nobody'], {
      env,
      encoding: 'utf8',
    });
    expect(stderr).toContain('function nobody cannot be read: there is none of that name in this account and region');
  });

  it('is refused in one sentence where it is of another kind, or not there', async () => {
    const rsa = rolefence(['sign', at('old.json'), '--kms', await key('RSA_2048')], variables);
    expect([rsa.status, rsa.stderr]).toEqual([
      2,
      expect.stringContaining('is a key of type rsa for SIGN_VERIFY, expected ECC_NIST_P256 for SIGN_VERIFY'),
    ]);
    const none = rolefence(['sign', at('old.json'), '--kms', '11111111-1111-1111-1111-111111111111'], variables);
    expect([none.status, none.stderr]).toEqual([
      2,
      expect.stringContaining(
        'kms:GetPublicKey with 11111111-1111-1111-1111-111111111111 was refused (NotFoundException)',
      ),
    ]);
    expect(rsa.stderr.trim().split('\n')).toHaveLength(1);
  });
});
