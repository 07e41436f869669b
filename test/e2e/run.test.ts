import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { furnish } from './aws/account.ts';
import { type ByName, serveByName } from './aws/by-name.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { type Ended, laptop, program, ROOT } from './program.ts';
import { ROLE } from './rie/environment.ts';
import { leaksIn } from './secrets/search.ts';

const tools = provideAsRoot('python', 'awscli');
const CLIENTS = join(import.meta.dirname, 'tasks/clients');
const python = join(tools.folders.python ?? '', 'bin/python');
const aws = [join(tools.folders.awscli ?? '', 'bin/python'), join(tools.folders.awscli ?? '', 'bin/aws')];
const signed = ['--aws-sigv4', 'aws:amz:us-east-1:s3', '--user', `${ROLE.accessKeyId}:${ROLE.secretAccessKey}`];
const curl = ['curl', '-sSf', ...signed, '-H', `x-amz-security-token: ${ROLE.sessionToken}`];

/** Programs as people run them: what they do for a living, what AWS itself refuses them, and what they have never done. */
const PROGRAMS = [
  {
    name: 'the AWS CLI',
    // One after the other by a shell, as in a deployment script.
    work: [
      [
        'sh',
        '-ec',
        `"$@" s3 ls; "$@" s3 cp s3://photo-uploads/summer/noon.bmp -; "$@" dynamodb get-item --table-name Images --key '{"image":{"S":"summer/noon.bmp"}}'`,
        'sh',
        ...aws,
      ],
    ],
    fail: [...aws, 's3api', 'get-object', '--bucket', 'photo-uploads', '--key', 'nowhere', '/dev/null'],
    attack: [...aws, 'dynamodb', 'scan', '--table-name', 'Customers'],
    refused: {
      code: 255,
      stderr: /An error occurred \(AccessDeniedException\) when calling the Scan operation: Rolefence/,
    },
  },
  {
    name: 'a program with boto3',
    ...verbs(python, join(CLIENTS, 'boto.py')),
    refused: { code: 3, stderr: /^AccessDeniedException 1$/m },
  },
  {
    name: 'a program with the SDK v3',
    ...verbs(process.execPath, join(CLIENTS, 'v3.mjs')),
    refused: { code: 3, stderr: /^AccessDeniedException 1$/m },
  },
  {
    name: 'a program with the SDK v2',
    ...verbs(process.execPath, join(CLIENTS, 'v2.cjs')),
    refused: { code: 3, stderr: /^AccessDeniedException 1$/m },
  },
  {
    name: 'curl',
    work: [[...curl, 'https://photo-uploads.s3.us-east-1.amazonaws.com/summer/noon.bmp']],
    fail: [...curl, 'https://photo-uploads.s3.us-east-1.amazonaws.com/nowhere'],
    attack: [...curl, 'https://identity-documents.s3.us-east-1.amazonaws.com/passports/1043'],
    refused: { code: 22, stderr: /403/ },
  },
] as const;

function verbs(...command: string[]) {
  return { work: [[...command, 'work']], fail: [...command, 'fail'], attack: [...command, 'attack'] };
}

describe.skipIf(tools.missing !== null)(`rolefence run with real programs${because(tools)}`, () => {
  let moto: Moto;
  let byName: ByName;
  let folder: string;
  const env = () => laptop(folder);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-run-'));
    mkdirSync(join(folder, 'home'));
    moto = await startMoto(tools.folders.python);
    await furnish(moto);
    byName = await serveByName(moto);
  }, 60_000);
  afterAll(async () => {
    await byName?.close();
    await moto?.close();
    for (const path of [folder, `${folder}-cache`]) rmSync(path, { recursive: true, force: true });
  });

  /** Without the sensor: names and port are AWS's, in a namespace where they lead to moto. */
  const direct = (command: readonly string[]) => {
    const enter = [
      'unshare',
      '-m',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount --bind "$0" /etc/hosts && exec "$@"',
    ];
    const trust = Object.fromEntries(
      ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE', 'CURL_CA_BUNDLE'].map((name) => [name, moto.caFile]),
    );
    return program([...enter, byName.hostsFile, ...command], { ...env(), ...trust });
  };
  const underSensor = (options: readonly string[], command: readonly string[]) => {
    const toMoto = ['--connect-to', `*:443=127.0.0.1:${moto.port}`, '--upstream-ca', moto.caFile];
    return program(
      [process.execPath, join(ROOT, 'cli/main.ts'), 'run', ...toMoto, ...options, '--', ...command],
      env(),
    );
  };
  const file = (name: string) => join(folder, name);
  const records = <T>(name: string): T[] =>
    readFileSync(file(name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  /** What the program itself said: lines of the sensor go to the same stream. */
  const own = (stderr: string) =>
    stderr
      .split('\n')
      .filter((line) => !line.startsWith('rolefence: '))
      .join('\n');

  describe.each(PROGRAMS)('$name', ({ work, fail, attack, refused }) => {
    const normal = [...work, fail];
    let expected: Awaited<ReturnType<typeof direct>>[];

    beforeAll(async () => {
      expected = [];
      for (const command of normal) expected.push(await direct(command));
      expect(expected.map(({ code }) => code).slice(0, -1)).toEqual(work.map(() => 0));
      expect(expected.at(-1)!.code).not.toBe(0);
    }, 60_000);

    /** Everything that it does for a living, in one mode: output and exit code are what they are without the sensor. */
    async function worksAsEver(options: (i: number) => string[]): Promise<void> {
      for (const [i, command] of normal.entries()) {
        const ended = await underSensor(options(i), command);
        expect(own(ended.stderr)).toBe(own(expected[i]!.stderr));
        expect(ended.code).toBe(expected[i]!.code);
        expect(ended.stdout.equals(expected[i]!.stdout)).toBe(true);
        expect(leaksIn('standard error', ended.stderr)).toEqual([]);
      }
    }
    const baselines = normal.map((_, i) => `learned-${i}.json`);

    it('learn mode: its output and exit code are its own, what it did is learned', async () => {
      await worksAsEver((i) => ['--mode', 'learn', '--learn-to', file(baselines[i]!), '--calls', file(`calls-${i}`)]);
      const merged = await program(
        [
          process.execPath,
          join(ROOT, 'cli/main.ts'),
          'baseline',
          'merge',
          ...baselines.map(file),
          '--out',
          file('b.json'),
        ],
        env(),
      );
      expect(merged.code, merged.stderr).toBe(0);
      const calls = normal.flatMap((_, i) => records<Call>(`calls-${i}`));
      expect(calls.map(({ certainty }) => certainty)).toEqual(calls.map(() => 'exact'));
      expect(calls.some(({ access }) => access.some(({ action }) => action === 's3:GetObject'))).toBe(true);
      expect(calls.at(-1)).toMatchObject({ status: 404, accessKeyId: ROLE.accessKeyId });
    }, 60_000);

    it.each(['alert', 'block'])(
      '%s mode: its output and exit code are its own, nothing is found',
      async (mode) => {
        await worksAsEver((i) => ['--mode', mode, '--baseline', file('b.json'), '--findings', file(`findings-${i}`)]);
        for (const i of normal.keys()) expect(records<Finding>(`findings-${i}`)).toEqual([]);
      },
      60_000,
    );

    it('alert mode: what it has never done goes through and is found', async () => {
      const without = await direct(attack);
      const options = ['--mode', 'alert', '--baseline', file('b.json'), '--findings', file('findings')];
      const ended = await underSensor(options, attack);
      expect([ended.code, own(ended.stderr)]).toEqual([0, own(without.stderr)]);
      expect(ended.stdout.equals(without.stdout)).toBe(true);
      const findings = records<Finding>('findings');
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.every(({ blocked }) => !blocked)).toBe(true);
    }, 60_000);

    it('block mode: what it has never done is refused as AWS would, and never arrives', async () => {
      const options = ['--mode', 'block', '--baseline', file('b.json'), '--findings', file('findings')];
      let ended: Ended | undefined;
      const arrived = await moto.during(async () => {
        ended = await underSensor([...options, '--calls', file('calls')], attack);
      });
      expect(arrived).toEqual([]);
      expect(ended?.stderr).toMatch(refused.stderr);
      expect([ended?.code, ended?.stdout.length]).toEqual([refused.code, 0]);
      expect(records<Finding>('findings').some(({ blocked }) => blocked)).toBe(true);
      expect(records<Call>('calls')).toMatchObject([{ verdict: 'block', status: null }]);
    }, 60_000);

    it('leaves no secret, signature, field or body in any file', () => {
      const leaks = leaksIn('files', folder);
      expect(leaks, leaks.join('\n')).toEqual([]);
    });
  });
});
