import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { furnish, PHOTO } from './aws/account.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { laptop, program, ROOT, rolefence } from './program.ts';
import { ROLE } from './rie/environment.ts';
import { CLIENTS, JAVA_CBOR, type RuntimeClient, WORK } from './runtimes/clients.ts';
import { downloads, rowOf, type Shown, writeTable } from './runtimes/table.ts';
import { leaksIn } from './secrets/search.ts';

/**
 * The same work with every SDK that can be had here, through `rolefence run`: is each call seen, named, and refused as AWS itself would? What was seen becomes the
 * table in docs/runtimes.md (ROLEFENCE_WRITE_DOCS=1 writes it).
 */
const moto = provideAsRoot('python');
/** All that a function has ever done. */
const SENT = {
  time: '2026-01-01T00:00:00.000Z',
  function: 'resize',
  service: 'sqs',
  operation: 'SendMessage',
  certainty: 'exact',
  access: [{ action: 'sqs:SendMessage', resources: ['arn:aws:sqs:us-east-1:111122223333:jobs'] }],
  region: 'us-east-1',
  account: '111122223333',
  host: 'sqs.us-east-1.amazonaws.com',
  status: 200,
};
const DIGEST = createHash('sha256').update(PHOTO).digest('hex');
/** SDKs whose presigner a sealed function’s process leads to the sensor. */
const PRESIGNING = ['JavaScript v3', 'boto3', 'aiobotocore', 'version 1', 'version 2'];

describe.skipIf(moto.missing !== null)(`SDKs of all runtimes under the sensor${because(moto)}`, () => {
  let aws: Moto;
  let folder: string;
  const seen = new Map<RuntimeClient, Shown>();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-runtimes-'));
    mkdirSync(join(folder, 'home'));
    aws = await startMoto(moto.folders.python);
    await furnish(aws);
  }, 60_000);
  afterAll(async () => {
    await aws?.close();
    for (const path of [folder, `${folder}-cache`]) rmSync(path, { recursive: true, force: true });
    if (process.env.ROLEFENCE_WRITE_DOCS) writeTable(CLIENTS.map((client) => rowOf(client, seen.get(client))));
  });

  const under = (options: readonly string[], command: readonly string[], more: Record<string, string> = {}) =>
    program(
      [
        process.execPath,
        join(ROOT, 'cli/main.ts'),
        'run',
        '--connect-to',
        `*:443=127.0.0.1:${aws.port}`,
        '--upstream-ca',
        aws.caFile,
        ...options,
        '--',
        ...command,
      ],
      {
        ...laptop(folder),
        ...more,
      },
    );

  for (const client of CLIENTS) {
    const { runtime, sdk, http, tools, work = WORK, attack = 'Scan' } = client;
    const printed = `${DIGEST}\n`.repeat(downloads(work));
    describe.skipIf(tools.missing !== null)(`${runtime}, ${sdk}, ${http}${because(tools)}`, () => {
      const file = (name: string) => join(folder, `${CLIENTS.indexOf(client)}-${name}`);
      const calls = (name: string): Call[] =>
        readFileSync(file(name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line));

      it('is intercepted and identified, its downloads, uploads and presigned URLs unharmed', async () => {
        const ended = await under(
          ['--mode', 'learn', '--learn-to', file('b.json'), '--calls', file('calls')],
          client.command('work'),
        );
        expect(ended.code, ended.stderr).toBe(0);
        expect(ended.stdout.toString()).toBe(printed);
        const made = calls('calls');
        expect(made.map(({ operation, certainty, status }) => [operation, certainty, status])).toEqual(
          // A part of an object is answered with 206.
          work.map((operation) => [operation, 'exact', expect.toBeOneOf([200, 206])]),
        );
        const upload = made.find(({ operation }) => operation === 'PutObject');
        if (upload !== undefined) expect(upload.bytesOut).toBeGreaterThan(600_000);
        seen.set(client, { worked: true, blocked: null, sealed: null });
      }, 90_000);

      it('goes on with its work in block mode, and is refused what it never did as AWS would, once', async () => {
        const block = ['--mode', 'block', '--baseline', file('b.json')];
        const ended = await under(block, client.command('work'));
        expect([ended.code, ended.stderr]).toEqual([0, expect.not.stringContaining('refused')]);
        let code: number | null = null;
        let stderr = '';
        const arrived = await aws.during(async () => {
          const refused = await under([...block, '--calls', file('attack')], client.command('attack'));
          code = refused.code;
          stderr = refused.stderr;
        });
        expect(arrived).toEqual([]);
        expect(code).toBe(3);
        expect(stderr).toMatch(/^AccessDenied(Exception)? 1$/m);
        expect(calls('attack')).toMatchObject([{ operation: attack, verdict: 'block' }]);
        seen.set(client, { ...seen.get(client)!, blocked: 'AccessDenied' });
      }, 90_000);

      it('does the same with placeholders for keys, and what it presigns for itself still works', async () => {
        // From here AWS checks every signature, by botocore's own signer and the role's real keys.
        aws.knowOnly([ROLE]);
        const arrived = await aws
          .during(async () => {
            const ended = await under(
              ['--mode', 'block', '--baseline', file('b.json'), '--calls', file('sealed')],
              client.command('work'),
              { ROLEFENCE_CREDENTIALS: 'sealed' },
            );
            expect(ended.code, ended.stderr).toBe(0);
            expect(ended.stdout.toString()).toBe(printed);
          })
          .finally(() => aws.knowOnly(null));
        expect(arrived.map(({ wrong }) => wrong)).toEqual(work.map(() => null));
        // Where the presigner is led to the sensor, a presigned URL is a call of its own before it is used.
        const made = PRESIGNING.includes(sdk) ? [...work, 'GetObject'] : work;
        expect(calls('sealed').map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual(
          made.map((operation) => [operation, ROLE.accessKeyId]),
        );
        seen.set(client, { ...seen.get(client)!, sealed: true });
      }, 90_000);

      it('leaves no secret, signature, field or body behind', () => {
        const leaks = leaksIn('files', folder);
        expect(leaks, leaks.join('\n')).toEqual([]);
      });
    });
  }

  it.skipIf(JAVA_CBOR.tools.missing !== null)(
    "reads the CBOR of Java's Kinesis client, and refuses in it",
    async () => {
      writeFileSync(join(folder, 'sent'), `${JSON.stringify(SENT)}\n`);
      await rolefence(['learn', '--out', join(folder, 'sent.json'), join(folder, 'sent')]);
      const options = ['--mode', 'block', '--baseline', join(folder, 'sent.json'), '--calls', join(folder, 'cbor')];
      const ended = await under(options, JAVA_CBOR.command('attack'));
      expect(ended.code, ended.stderr).toBe(3);
      expect(ended.stderr).toMatch(/^AccessDeniedException 1$/m);
      const calls = readFileSync(join(folder, 'cbor'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(calls).toMatchObject([
        {
          operation: 'PutRecord',
          certainty: 'exact',
          access: [{ action: 'kinesis:PutRecord', resources: [expect.stringMatching(/:stream\/clicks$/)] }],
          verdict: 'block',
        },
      ]);
    },
    90_000,
  );
});
