import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, verify as verifySignature } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, jsonl, ordinary } from './calls.ts';
import { has, rolefence, sentence, testFolder } from './tool.ts';

const folder = testFolder();
const baseline = (...args: string[]) => rolefence(['baseline', ...args]);
const learn = (name: string, calls: readonly unknown[]) =>
  rolefence(['learn', '--out', folder.at(name)], { input: jsonl(calls) });

beforeAll(async () => {
  await Promise.all([
    learn('a.json', ordinary(40)),
    learn('b.json', [
      ...ordinary(40),
      call({ function: 'other', service: null, operation: 'CONNECT', access: [], host: 'example.org:443' }),
    ]),
    learn('c.json', [
      ...ordinary(40),
      call({ access: [{ action: 's3:PutObject', resources: ['arn:aws:s3:::thumbs/1.jpg'] }], operation: 'PutObject' }),
    ]),
  ]);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  folder.write('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  folder.write('public.pem', publicKey.export({ type: 'spki', format: 'pem' }) as string);
  const { publicKey: other } = generateKeyPairSync('ed25519');
  folder.write('other.pem', other.export({ type: 'spki', format: 'pem' }) as string);
});

describe('rolefence baseline show', () => {
  it('tells a person what each function does, on what, how often', async () => {
    const { code, stdout } = await baseline('show', folder.at('b.json'));
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /resize\n {2}about \d+ invocations on 2026-01-01 · version 7 · account 111122223333 · us-east-1 · own key\n/,
    );
    expect(stdout).toMatch(
      /s3:GetObject {2}every invocation · ≤ 300 B out, 4 KB in\n +arn:aws:s3:::photos\/\{n\}\.jpg/,
    );
    expect(stdout).toContain('connections to other hosts\n      example.org:443');
    expect(stdout).not.toContain('\x1b');
  });

  it.skipIf(!has('script'))('fits the terminal and leaves nothing out (needs script)', async () => {
    const long = `arn:aws:dynamodb:us-east-1:111122223333:table/${'orders-of-a-very-long-name-'.repeat(6)}`;
    await learn('long.json', [call({ access: [{ action: 'dynamodb:GetItem', resources: [long] }] })]);
    const shown = terminal(60, ['baseline', 'show', folder.at('long.json')]);
    const plain = shown.replaceAll(/\x1b\[\d+m/g, '');
    for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(plain.replaceAll(/\n +/g, '')).toContain(long);
    expect(shown).toContain('\x1b[1mresize');
    expect(terminal(60, ['baseline', 'show', folder.at('long.json')], 'NO_COLOR=1')).not.toContain('\x1b');
  });

  it('prints the document as JSON, one function of it where asked, from gzip and standard input too', async () => {
    const { stdout } = await baseline('show', '--json', folder.at('a.json'));
    expect(stdout).toBe(folder.read('a.json'));
    expect((await baseline('show', '--format', 'json', folder.at('a.json'))).stdout).toBe(stdout);
    const packed = await rolefence(['baseline', 'show', '--json', '-'], { input: gzipSync(folder.read('a.json')) });
    expect(packed.stdout).toBe(stdout);
    const one = await baseline('show', '--json', '--function', 'other', folder.at('b.json'));
    expect(Object.keys(JSON.parse(one.stdout).functions)).toEqual(['other']);
    expect(sentence(await baseline('show', '--function', 'none', folder.at('b.json')))).toContain(
      'holds no function "none"',
    );
  });
});

describe('rolefence baseline diff', () => {
  it('exits 0 where both allow the same, however much was seen', async () => {
    await learn('more.json', [...ordinary(40), ...ordinary(90)]);
    const ended = await baseline('diff', folder.at('a.json'), folder.at('more.json'));
    expect(ended).toMatchObject({ code: 0, stdout: 'They allow the same.\n' });
  });

  it('exits 1 and says in words what the newer allows and the older did not', async () => {
    const ended = await baseline('diff', folder.at('a.json'), folder.at('c.json'));
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('+ s3:PutObject on arn:aws:s3:::thumbs/');
    const back = await baseline('diff', '--json', folder.at('c.json'), folder.at('a.json'));
    const { changes } = JSON.parse(back.stdout);
    expect(changes).toContainEqual({
      function: 'resize',
      change: 'removed',
      facet: 'action',
      action: 's3:PutObject',
      value: 's3:PutObject',
      novelty: null,
      kind: null,
    });
  });

  it('says as IAM what a role would have to be granted besides', async () => {
    const text = await baseline('diff', '--iam', folder.at('a.json'), folder.at('c.json'));
    expect(text.stdout).toContain('+ s3:PutObject on arn:aws:s3:::thumbs/');
    const { policies } = JSON.parse(
      (await baseline('diff', '--json', folder.at('a.json'), folder.at('c.json'))).stdout,
    );
    expect(JSON.parse(text.stdout.split('Added to the role of resize, as IAM:\n')[1]!)).toEqual(policies[0].document);
    expect(policies).toEqual([
      {
        function: 'resize',
        document: {
          Version: '2012-10-17',
          Statement: [
            expect.objectContaining({
              Effect: 'Allow',
              Action: 's3:PutObject',
              Resource: expect.stringMatching(/^arn:aws:s3:::thumbs\//),
            }),
          ],
        },
      },
    ]);
    const back = await baseline('diff', '--iam', folder.at('c.json'), folder.at('a.json'));
    expect(back.stdout).toMatch(/- s3:PutObject.*\n\nNothing to add as IAM\.\n$/s);
    expect(back.stdout).not.toContain('Added to the role');
    const same = await baseline('diff', '--iam', folder.at('a.json'), folder.at('a.json'));
    expect(same.stdout).toBe('They allow the same.\n\nNothing to add as IAM.\n');
  });
});

describe('rolefence baseline coverage', () => {
  it('has the published shape, and a sentence for each function', async () => {
    const { stdout } = await baseline('coverage', '--json', folder.at('a.json'));
    expect(JSON.parse(stdout)).toMatchObject({
      functions: [
        {
          function: 'resize',
          alertReady: expect.any(Boolean),
          blockReady: false,
          pNew: expect.any(Number),
          upper: expect.any(Number),
          open: expect.arrayContaining([expect.any(String)]),
        },
      ],
    });
    expect((await baseline('coverage', folder.at('a.json'))).stdout).toMatch(
      /resize is (still learning|ready for alert mode)/,
    );
  });
});

describe('rolefence baseline merge', () => {
  it('gives one result in any order, however often', async () => {
    const [a, b, c] = ['a.json', 'b.json', 'c.json'].map(folder.at) as [string, string, string];
    await baseline('merge', a, b, c, '--out', folder.at('m1.json'));
    await baseline('merge', c, a, b, a, folder.at('m1.json'), '--out', folder.at('m2.json'));
    expect(folder.read('m2.json')).toBe(folder.read('m1.json'));
    const ended = await baseline('merge', '--json', a, '--out', folder.at('m3.json'));
    expect(JSON.parse(ended.stdout)).toEqual({ out: folder.at('m3.json'), functions: ['resize'] });
    expect(folder.read('m3.json')).toBe(folder.read('a.json'));
  });

  it('says which file takes the hours of a function, or another habit, away from the others', async () => {
    const document = JSON.parse(folder.read('a.json'));
    expect(Object.keys(document.functions.resize.hours)).not.toEqual([]);
    const { hours: _, ...counted } = document.functions.resize;
    const counts = folder.write('counts.json', JSON.stringify({ ...document, functions: { resize: counted } }));
    const ended = await baseline('merge', folder.at('a.json'), counts, '--out', folder.at('lost.json'), '--json');
    expect(JSON.parse(folder.read('lost.json')).functions.resize.hours).toBeUndefined();
    expect(ended).toMatchObject({
      code: 0,
      stderr: `rolefence baseline merge: warning: ${counts} does not say at which hours resize ran, so what the other files say of it is lost, and no run at another hour is told\n`,
    });
    const { ages: _a, repeats: _r, ...habits } = { ...document.functions.resize };
    const tells = { ...document.functions.resize, ages: { 's3:GetObject arn:aws:s3:::photos/': 'd0:*' } };
    const older = folder.write('older.json', JSON.stringify({ ...document, functions: { resize: habits } }));
    const newer = folder.write('newer.json', JSON.stringify({ ...document, functions: { resize: tells } }));
    expect((await baseline('merge', newer, older, '--out', folder.at('lost.json'), '--json')).stderr).toBe(
      `rolefence baseline merge: warning: ${older} does not say how old the dates in names are when resize uses them, so what the other files say of it is lost, and no older one is told\n`,
    );
    const same = await baseline('merge', counts, counts, '--out', folder.at('same.json'), '--json');
    expect(same).toMatchObject({ code: 0, stderr: '' });
  });

  it('warns of a function that stands in it by its name and by its ARN', async () => {
    const arn = 'arn:aws:lambda:us-east-1:111122223333:function:resize';
    await learn('arn.json', [call({ function: arn })]);
    const ended = await baseline('merge', folder.at('a.json'), folder.at('arn.json'), '--out', folder.at('two.json'));
    expect(ended.stderr).toContain(`warning: resize and ${arn} stand in it as two functions`);
    const shown = await baseline('show', '--function', 'resize', folder.at('arn.json'));
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(arn) });
    expect(sentence(await baseline('show', '--function', 'resise', folder.at('arn.json')))).toContain(
      'holds no function "resise": did you mean resize?',
    );
  });

  it('needs --out and a file', async () => {
    expect(sentence(await baseline('merge', folder.at('a.json')))).toContain('--out FILE is missing');
    expect(sentence(await baseline('merge', '--out', folder.at('x.json')))).toContain('at least one FILE');
  });
});

describe('rolefence baseline approve, sign and verify', () => {
  it('approves in place after showing all that is new, and then what is new since', async () => {
    folder.write('approved.json', folder.read('a.json'));
    const first = await baseline('approve', folder.at('approved.json'), '--by', 'alex');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('+ s3:GetObject on arn:aws:s3:::photos/{n}.jpg');
    expect(JSON.parse(folder.read('approved.json')).approval).toMatchObject({ by: 'alex', time: expect.any(String) });
    const next = await baseline('approve', folder.at('c.json'), '--out', folder.at('approved.json'), '--json');
    expect(JSON.parse(next.stdout).changes.map(({ value }: { value: string }) => value)).toContain('s3:PutObject');
    expect(JSON.parse(next.stdout).changes.map(({ action }: { action: string }) => action)).not.toContain(
      's3:GetObject',
    );
    expect((await baseline('approve', folder.at('approved.json'))).stderr).toContain('is approved already');
  });

  it('does not approve a document that holds no function', async () => {
    folder.write('none.json', '{"format":"rolefence.baseline/1","functions":{}}');
    const { code, stderr } = await baseline('approve', folder.at('none.json'), '--yes');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('none.json holds no function: there is nothing to approve'),
    ]);
  });

  it('warns of what is not ready to block by, and of a private key where a public one will do', async () => {
    folder.write('early.json', folder.read('a.json'));
    const { stderr } = await baseline('approve', folder.at('early.json'), '--yes');
    expect(stderr).toContain('approve: warning: resize is still learning: up to ');
    expect((await rolefence(['policy', 'recommend', folder.at('early.json')])).stderr).toContain(
      'may still show something new: a policy made too early is too narrow',
    );
    const signed = await baseline(
      'sign',
      folder.at('early.json'),
      '--key',
      folder.at('private.pem'),
      '--format',
      'json',
    );
    expect(JSON.parse(signed.stdout)).toMatchObject({
      out: folder.at('early.json'),
      signature: { algorithm: 'Ed25519' },
    });
    const verified = await baseline('verify', folder.at('early.json'), '--key', folder.at('private.pem'));
    expect(verified.code).toBe(0);
    expect(verified.stderr).toContain('private.pem is a private key');
  });

  it('still reads and judges by a document that was approved and signed', async () => {
    folder.write('s.json', folder.read('a.json'));
    expect(await baseline('approve', folder.at('s.json'), '--key', folder.at('private.pem'))).toMatchObject({
      code: 0,
    });
    const input = jsonl(ordinary(40));
    expect(await rolefence(['replay', '--baseline', folder.at('s.json')], { input })).toMatchObject({
      code: 0,
      stdout: '',
    });
    await baseline('merge', folder.at('s.json'), '--out', folder.at('s2.json'));
    expect(folder.read('s2.json')).toBe(folder.read('a.json'));
  });

  it('signs so that any change shows: 0 where the signature holds, else 1', async () => {
    folder.write('signed.json', folder.read('a.json'));
    expect(await baseline('verify', folder.at('signed.json'), '--key', folder.at('public.pem'))).toMatchObject({
      code: 1,
      stderr: `${folder.at('signed.json')}: it is not signed\n`,
    });
    expect(await baseline('sign', folder.at('signed.json'), '--key', folder.at('private.pem'))).toMatchObject({
      code: 0,
    });
    const check = (file: string, key = 'public.pem') =>
      baseline('verify', '--json', folder.at(file), '--key', folder.at(key));
    expect(await check('signed.json')).toMatchObject({ code: 0, stdout: '{"verified":true,"reason":null}\n' });
    expect((await check('signed.json', 'other.pem')).stdout).toContain('signed with another key');
    folder.write('changed.json', folder.read('signed.json').replace('photos', 'backups'));
    expect(await check('changed.json')).toMatchObject({ code: 1 });
    folder.write('spaced.json', JSON.stringify(JSON.parse(folder.read('signed.json')), null, 7));
    expect(await check('spaced.json')).toMatchObject({ code: 0 });
  });

  it('signs what its documentation says, so that others can verify it', async () => {
    const { signature, ...rest } = JSON.parse(folder.read('signed.json'));
    const canonical = (value: unknown): string =>
      typeof value !== 'object' || value === null
        ? JSON.stringify(value)
        : Array.isArray(value)
          ? `[${value.map(canonical).join(',')}]`
          : `{${Object.keys(value)
              .sort()
              .map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`)
              .join(',')}}`;
    const good = verifySignature(
      null,
      Buffer.from(canonical(rest)),
      folder.read('public.pem'),
      Buffer.from(signature.value, 'base64'),
    );
    expect(good).toBe(true);
  });

  it('names a key that is none and quotes nothing of it', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    folder.write('rsa.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const said = await Promise.all(
      [
        ['sign', folder.at('a.json'), '--key', folder.at('public.pem')],
        ['sign', folder.at('a.json'), '--key', folder.at('rsa.pem')],
        ['sign', folder.at('a.json')],
        ['verify', folder.at('a.json'), '--key', folder.at('a.json')],
        ['verify', folder.at('a.json'), '--key', folder.at('none.pem')],
      ].map(async (args) => sentence(await baseline(...args))),
    );
    expect(said[0]).toContain('holds no private key');
    expect(said[1]).toContain('is a key of type rsa, expected Ed25519');
    expect(said[2]).toContain('--key PEM is missing');
    expect(said[3]).toContain('holds no public key');
    expect(said[4]).toContain('cannot be read (no such file or folder)');
    expect(said.join()).not.toContain('MII');
  });
});

/** The tool on a real terminal of so many columns (script(1) makes it). */
function terminal(columns: number, args: readonly string[], variable = 'A=1'): string {
  const tool = ['env', variable, 'TERM=xterm', process.execPath, 'cli/main.ts', ...args].join(' ');
  return execFileSync('script', ['-qec', `stty cols ${columns}; ${tool}`, '/dev/null'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  }).replaceAll('\r', '');
}
