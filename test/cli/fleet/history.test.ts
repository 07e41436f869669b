import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { ISOLATION } from '../../../baseline/approval/isolation.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import { get } from '../../baseline/calls.ts';
import { testFleet } from './test-fleet.ts';

const { at, fleet, learn, locationOf, privateKeyFile, publicKey, rolefence, writeOld } = testFleet();
const STORE = locationOf('store');
const KEY = ['--key', privateKeyFile];
const demand = { key: publicKey, min: null };

describe('what was approved', () => {
  const approve = (candidate: string, out: string, ...more: string[]) =>
    rolefence(['approve', at(candidate), '--out', at(out), '--yes', '--json', ...more]);
  const serials: number[] = [];

  beforeAll(async () => {
    await learn('store', 'resize', [['photos/in/all.jpg', 'dynamodb:Scan']]);
    expect(rolefence(['pull', STORE, '--out', at('candidate.json')]).status).toBe(0);
    writeOld('old.json');
  });

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
      isolation: null,
      breakGlass: null,
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
    const now = await fleet('store').approved('resize', { ...demand, min: approval.serial });
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

  it('is not replaced by an older one that was signed anew, which is told as what it is', () => {
    const file = at('again.json');
    const old = JSON.parse(rolefence(['history', STORE, '--function', 'resize', '--json']).stdout).approved.at(-1);
    approve('old.json', 'again.json', '--against', at('old.json'));
    const document = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...document, approval: { ...document.approval, serial: old.serial } }));
    const { status, stderr } = rolefence(['publish', file, '--to', STORE, ...KEY]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('holds a newer approved baseline of resize')]);
  });

  it('is not replaced by one without the signature that it bears', () => {
    approve('candidate.json', 'unsigned.json', '--against', at('old.json'));
    const { status, stderr } = rolefence(['publish', at('unsigned.json'), '--to', STORE]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('what is approved now is signed: give --key PEM')]);
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
      expect(Object.keys((await fleet('store').approved(name, demand))!.functions)).toEqual([name]);
  });

  it('is told of all functions where none is named', async () => {
    await learn('store', 'billing', [['in/1.jpg']]);
    const { status, stdout } = rolefence(['history', STORE, '--json']);
    expect(status).toBe(0);
    const approval = { serial: expect.any(Number), time: expect.any(String), by: expect.any(String), signed: true };
    const none = { news: null, isolation: null, isolationUnread: false, breakGlass: null };
    const learned = { learned: true, handedIn: false };
    const published = { approved: true, learned: false, handedIn: false, approval, ...none };
    expect(JSON.parse(stdout).functions).toEqual([
      { function: 'billing', approved: false, ...learned, approval: null, ...none },
      { function: 'crop', ...published },
      { function: 'resize', ...published, ...learned, news: 4 },
      { function: 'scale', ...published },
    ]);
    const told = rolefence(['history', STORE]);
    const when = String.raw`approved \d{4}-\d\d-\d\d \d\d:\d\d by \S+, serial \d{14}, signed`;
    expect(told.stdout).toMatch(
      new RegExp(
        `^  billing  a candidate, nothing approved\n  crop     ${when}\n  resize   ${when}; a candidate with 4 new things\n  scale    ${when}\n$`,
      ),
    );
    expect(told.stderr).toBe('');
    expect(rolefence(['history', locationOf('nowhere')])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no such folder'),
    });
    mkdirSync(locationOf('empty').slice('file:'.length));
    expect(rolefence(['history', locationOf('empty')]).stderr).toContain('holds nothing of any function yet');
  });

  it('is told with the switches that hold, of a function that is only isolated, too', async () => {
    const turned = { from: '2026-11-26T07:40:00.000Z', by: 'ann' };
    for (const name of ['crop', 'mail'])
      await fleet('store')
        .isolation(name)
        .turn({ format: ISOLATION, function: name, ...turned, reason: 'ticket 7' });
    const open = [
      'break-glass',
      STORE,
      '--hours',
      '1',
      '--reason',
      'release 41',
      '--by',
      'bob',
      '--function',
      'resize',
    ];
    const unsigned = rolefence(open);
    expect([unsigned.status, unsigned.stderr]).toEqual([
      0,
      expect.stringContaining(`warning: it is not signed, as what is approved of resize in ${STORE} is: sensors with`),
    ]);
    expect(rolefence(['history', STORE]).stdout).toMatch(/\(bob: release 41\), unsigned: sensors with/);
    expect(rolefence([...open, ...KEY]).stderr).not.toContain('warning');
    const { stdout } = rolefence(['history', STORE]);
    expect(stdout).toMatch(
      /\n {2}crop .*\n {11}isolated since 2026-11-26 07:40: nothing goes out \(ann: ticket 7\)\n {2}mail {5}nothing approved\n {11}isolated since/,
    );
    expect(stdout).toMatch(
      /; a candidate with 4 new things\n {11}block mode only alerts until \d{4}-\d\d-\d\d \d\d:\d\d \(bob: release 41\)\n {2}scale/,
    );
    const one = rolefence(['history', STORE, '--function', 'resize']).stdout;
    expect(one).toMatch(/^ {2}resize: block mode only alerts until .*\(bob: release 41\)\n {2}\* \d/);
    const json = JSON.parse(rolefence(['history', STORE, '--function', 'crop', '--json']).stdout);
    expect(json).toMatchObject({ isolation: { reason: 'ticket 7' }, breakGlass: null });
    const mail = ['history', STORE, '--function', 'mail'];
    expect(rolefence(mail).stdout).toMatch(/^ {2}mail {2}nothing approved\n {8}isolated since 2026-11-26 07:40/);
    expect(JSON.parse(rolefence([...mail, '--json']).stdout)).toMatchObject({
      approved: [],
      isolation: { reason: 'ticket 7' },
    });
    expect(rolefence(['history', STORE, '--function', 'mial']).stderr).toContain('did you mean mail?');
    expect(rolefence(['break-glass', STORE, '--end']).status).toBe(0);
    expect(rolefence(['history', STORE, '--function', 'resize']).stdout).not.toContain('only alerts');
  });

  it('is told although a switch beside it is none that can be read', async () => {
    const store = folderStore(at('store/'));
    const key = { kind: 'isolation', function: 'scale', part: null } as const;
    expect(await store.put(key, gzipSync('nonsense'), null)).toBe(true);
    const { status, stdout, stderr } = rolefence(['history', STORE, '--function', 'scale']);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}\* \d/)]);
    expect(stderr).toContain('warning: whether scale is isolated in file:');
    expect(rolefence(['history', STORE]).stdout).toMatch(
      /^ {2}scale .*; an isolation switch that cannot be read, which sensors do not heed$/m,
    );
  });

  it('is pulled as it stands', () => {
    const args = ['pull', STORE, '--function', 'resize', '--approved', '--out', at('pulled.json')];
    expect(rolefence(args).status).toBe(0);
    writeFileSync(at('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    expect(rolefence(['verify', at('pulled.json'), '--key', at('public.pem')]).status).toBe(0);
  });

  it.each([
    [['history', STORE, '--function', ''], '--function NAME is missing'],
    [['history', STORE, '--function', 'nobody'], 'holds nothing approved for the function nobody\n'],
    [['history', STORE, '--function', 'rezise'], 'for the function rezise: did you mean resize?'],
    [['rollback', STORE, '--function', 'rezise', '--to', '5'], 'for the function rezise: did you mean resize?'],
    [['reset', STORE, '--function', 'rezise'], 'of the function rezise: did you mean resize?'],
    [['pull', STORE, '--function', 'rezise', '--out', 'x'], 'for the function rezise: did you mean resize?'],
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
