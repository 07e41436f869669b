import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { openFleet } from '../../../extension/fleet/open.ts';
import { get } from '../../baseline/calls.ts';
import { rolefence as tool } from '../tool.ts';

const MAIN = join(import.meta.dirname, '../../../cli/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'rolefence-fleet-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const STORE = `file:${folder}/store/`;

function rolefence(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  return spawnSync(process.execPath, ['--no-warnings', MAIN, ...args], { env, encoding: 'utf8' });
}

describe('the baselines of a fleet, from the command line', () => {
  it('go from what environments learned to what their sensors judge by', async () => {
    const open = { region: '', env: {}, direct: {}, timeoutMs: 1_000 };
    const fleet = openFleet({ kind: 'folder', path: `${folder}/store/` }, open);
    for (const environment of ['e1', 'e2', 'e3']) {
      const learner = createLearner();
      learner.observe(get(`in/${environment}.jpg`, { function: 'resize', invocation: environment }));
      await fleet.contribute({
        function: 'resize',
        environment,
        version: '7',
        aliases: ['live'],
        learned: learner.document(),
        last: true,
      });
    }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = join(folder, 'private.pem');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));

    const aggregated = rolefence('baseline', 'aggregate', STORE, '--json');
    expect(JSON.parse(aggregated.stdout)).toEqual({
      store: STORE,
      changed: ['resize'],
      failed: [],
      leftOut: [],
      full: [],
    });
    expect(rolefence('baseline', 'aggregate', STORE).stderr).toContain('has nothing new');

    const candidate = join(folder, 'candidate.json');
    expect(rolefence('baseline', 'pull', STORE, '--out', candidate).status).toBe(0);
    expect(JSON.parse(readFileSync(candidate, 'utf8')).functions.resize.invocations[0]).toBe(3);

    const refused = rolefence('baseline', 'publish', candidate, '--to', STORE);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('is not approved: rolefence baseline approve');
    const approved = join(folder, 'approved.json');
    expect(rolefence('baseline', 'approve', candidate, '--out', approved, '--key', key, '--yes').status).toBe(0);
    expect(rolefence('baseline', 'publish', approved, '--to', STORE).status).toBe(0);
    expect(Object.keys((await fleet.approved('resize', { key: publicKey, min: null }))!.functions)).toEqual(['resize']);
  });

  it('are forgotten where nobody has approved them, once somebody says so', async () => {
    const open = { region: '', env: {}, direct: {}, timeoutMs: 1_000 };
    const fleet = openFleet({ kind: 'folder', path: `${folder}/store/` }, open);
    const learner = createLearner();
    learner.observe(get('in/late.jpg', { function: 'resize', invocation: 'late' }));
    await fleet.contribute({
      function: 'resize',
      environment: 'late',
      version: '7',
      aliases: [],
      learned: learner.document(),
      last: true,
    });
    const args = ['baseline', 'reset', STORE, '--function', 'resize'];
    expect(rolefence(...args).stderr).toContain(
      `would forget the candidate (1 action, 3 invocations on 2026-01-05) and 1 slot of resize: nothing was changed, --yes does it; to keep a copy first: rolefence baseline pull ${STORE} --function resize --out FILE`,
    );
    expect(await fleet.candidate('resize')).not.toBeNull();
    expect(JSON.parse(rolefence(...args, '--yes', '--json').stdout)).toEqual({
      store: STORE,
      function: 'resize',
      candidate: true,
      actions: 1,
      invocations: 3,
      from: expect.any(String),
      to: expect.any(String),
      slots: 1,
      reset: true,
    });
    expect(await fleet.candidate('resize')).toBeNull();
    expect((await fleet.aggregate()).changed).toEqual([]);
    expect(await fleet.approved('resize', { key: null, min: null })).not.toBeNull();
    expect(rolefence(...args, '--yes').stderr).toContain('holds nothing learned of the function resize');
  });

  it('are only alerted by while the glass is broken, and it mends by itself', async () => {
    const fleet = openFleet(
      { kind: 'folder', path: `${folder}/store/` },
      { region: '', env: {}, direct: {}, timeoutMs: 1_000 },
    );
    expect(rolefence('baseline', 'break-glass', STORE).stderr).toContain('is not broken');
    const turned = rolefence(
      'baseline',
      'break-glass',
      STORE,
      '--hours',
      '4',
      '--reason',
      'release 41',
      '--by',
      'ann',
      '--json',
    );
    expect(turned.status).toBe(0);
    const { from, until, ...rest } = JSON.parse(turned.stdout).breakGlass;
    expect(rest).toEqual({ format: 'rolefence.break-glass/1', by: 'ann', reason: 'release 41', functions: null });
    expect(Date.parse(until) - Date.parse(from)).toBe(4 * 3_600_000);
    expect(await fleet.breakGlass.load(null)).toMatchObject({ reason: 'release 41' });
    expect(rolefence('baseline', 'break-glass', STORE).stderr).toContain('(ann: release 41)');
    expect(rolefence('baseline', 'break-glass', STORE, '--end').stderr).toContain('blocks again');
    expect(await fleet.breakGlass.load(null)).toBeNull();
    expect(rolefence('baseline', 'break-glass', STORE, '--end').stderr).toContain('was not broken');
  });

  it('are only alerted by for functions that the store knows, if only from what was handed in', async () => {
    const fleet = openFleet(
      { kind: 'folder', path: `${folder}/fresh/` },
      { region: '', env: {}, direct: {}, timeoutMs: 1_000 },
    );
    const learner = createLearner();
    learner.observe(get('in/1.jpg', { function: 'resize', invocation: '1' }));
    await fleet.contribute({
      function: 'resize',
      environment: 'e1',
      version: '7',
      aliases: [],
      learned: learner.document(),
      last: true,
    });
    const store = `file:${folder}/fresh/`;
    const broken = (...names: string[]) =>
      rolefence(
        ...['baseline', 'break-glass', store, '--hours', '1', '--reason', 'x'],
        ...names.flatMap((name) => ['--function', name]),
      );
    const misspelt = broken('resize', 'reszie');
    expect(misspelt.status).toBe(2);
    expect(misspelt.stderr).toBe(
      `rolefence baseline break-glass: ${store} knows no function reszie: did you mean resize?\n`,
    );
    expect(await fleet.breakGlass.load(null)).toBeNull();
    const other = broken('payout');
    expect(other.status).toBe(0);
    expect(other.stderr).toContain(`warning: ${store} knows nothing of payout`);
    expect(rolefence('baseline', 'break-glass', store, '--end').status).toBe(0);
    expect(broken('resize').status).toBe(0);
    expect(await fleet.breakGlass.load(null)).toMatchObject({ functions: ['resize'] });
  });

  it('stay opened for whom somebody else has opened them', async () => {
    const store = `file:${folder}/two/`;
    const broken = (hours: string, by: string, ...names: string[]) =>
      rolefence(
        ...['baseline', 'break-glass', store, '--hours', hours, '--reason', 'x', '--by', by],
        ...names.flatMap((name) => ['--function', name]),
      );
    expect(broken('2', 'ann', 'resize').status).toBe(0);
    for (const other of [broken('4', 'bob', 'thumb'), broken('1', 'bob', 'resize', 'thumb'), broken('1', 'bob')]) {
      expect(other.status).toBe(2);
      expect(other.stderr).toContain(`${store} is broken already, and this would end that: block mode of resize only`);
      expect(other.stderr).toContain('(ann: x); name its functions too, for as long, or take it back first (--end)');
    }
    expect(broken('3', 'bob', 'thumb', 'resize').status).toBe(0);
    expect(broken('4', 'eve').status).toBe(0);
    expect(broken('4', 'bob', 'thumb', 'resize').stderr).toContain('block mode only alerts until');
    expect(rolefence('baseline', 'break-glass', store).stderr).toContain('(eve: x)');
  });

  it('are only alerted by although whoever breaks the glass may not list the store (a fake that refuses Scan)', async () => {
    const asked: string[] = [];
    const fake = createServer((request, response) => {
      const operation = `${request.headers['x-amz-target']}`.split('.')[1]!;
      asked.push(operation);
      request.resume().on('end', () => {
        const refused = operation === 'Scan';
        response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify(refused ? { __type: 'com.amazon.coral.service#AccessDeniedException' } : {}));
      });
    });
    await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done));
    const env = {
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(fake.address() as AddressInfo).port}`,
    };
    const args = ['--hours', '1', '--reason', 'x', '--function', 'resize'];
    const ended = await tool(['baseline', 'break-glass', 'dynamodb://table', ...args], { env });
    await new Promise((done) => fake.close(done));
    expect(ended.stderr).toContain(
      'warning: whether it knows resize was not looked at: the baseline store dynamodb://table cannot be listed (AccessDeniedException)',
    );
    expect([ended.code, asked]).toEqual([0, expect.arrayContaining(['Scan', 'PutItem'])]);
  });

  it.each([
    [['baseline', 'pull', STORE], '--out FILE is missing'],
    [['baseline', 'pull', 'ftp://x', '--out', 'x'], 'ftp://x is no store: expected s3://'],
    [['baseline', 'history', 'dynamodb://rb'], 'expected dynamodb://table, whose name has 3 to 255 letters'],
    [['baseline', 'history', 's3://Rb/x'], 'expected s3://bucket/prefix, whose bucket has 3 to 63 small letters'],
    [['baseline', 'pull', 'file:/tmp/x', '--out', 'x'], 'ends with a slash: file:/tmp/x/'],
    [['baseline', 'pull', STORE, '--function', 'nobody', '--out', 'x'], 'holds no candidate for the function nobody'],
    [['baseline', 'aggregate'], 'takes one STORE'],
    [['baseline', 'reset', STORE], '--function NAME is missing'],
    [['baseline', 'break-glass', STORE, '--hours', '4'], '--reason TEXT is missing'],
    [
      ['baseline', 'break-glass', STORE, '--hours', '400', '--reason', 'x'],
      '--hours must be a number from 0.01 to 168',
    ],
    [['baseline', 'break-glass', STORE, '--hours', '4', '--end'], 'one of them'],
    [['baseline', 'break-glass', STORE, '--end', '--function', 'resize'], '--end ends all of it'],
    [
      ['baseline', 'break-glass', STORE, '--hours', '1', '--reason', 'x', '--function', 'a,b'],
      '--function: a,b is no name of a function',
    ],
    [['baseline', 'publish', '/nowhere.json', '--to', STORE], '/nowhere.json: no such file'],
    [['baseline', 'aggregate', 'dynamodb://table'], 'and there are none'],
  ])('%j says what is wrong', (args, sentence) => {
    const ran = rolefence(...args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain(sentence);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });
});
