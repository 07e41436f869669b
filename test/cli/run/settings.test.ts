import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonl, ordinary } from '../calls.ts';
import { ROOT, rolefence, sentence } from '../tool.ts';
import { CLIENT, NONE_SEEN, node, runSession } from './session.ts';

const session = runSession();
const { env, folder, run } = session;

beforeAll(async () => {
  await run(
    ['--mode', 'learn', '--function', 'resize', '--learn-to', folder.at('b.json')],
    node(CLIENT, 'photos/1.jpg'),
  );
});

describe('rolefence run, and what it was told', () => {
  it('takes ROLEFENCE_* variables, and options over them', async () => {
    const variables = {
      ROLEFENCE_MODE: 'block',
      ROLEFENCE_BASELINE: `file:${folder.at('b.json')}`,
      ROLEFENCE_CONNECT_TO: session.upstream.connectTo,
      ROLEFENCE_UPSTREAM_CA: folder.at('upstream.pem'),
    };
    const tool = (args: string[]) =>
      rolefence(['run', ...args, '--', ...node(CLIENT, 'backups/1')], { env: { ...env, ...variables } });
    expect(await tool([])).toMatchObject({ code: 3, stdout: 'backups/1: AccessDenied 1\n' });
    expect(await tool(['--mode', 'alert'])).toMatchObject({ code: 0, stdout: 'backups/1: the content\n' });
  });

  it('blocks by a mode that was misspelt, and tells it and a variable that is none', async () => {
    const misspelt = { ROLEFENCE_MODE: 'blok', ROLEFENCE_BASLINE: 'file:b.json' };
    const ended = await run(['--baseline', folder.at('b.json')], node(CLIENT, 'backups/1'), misspelt);
    expect(ended).toMatchObject({ code: 3, stdout: 'backups/1: AccessDenied 1\n' });
    expect(ended.stderr).toContain('ROLEFENCE_MODE is "blok", expected learn, alert or block: block holds\n');
    expect(ended.stderr).toContain(
      'ROLEFENCE_BASLINE is no setting (did you mean ROLEFENCE_BASELINE?): nothing reads it\n',
    );
  });

  it('asks whose calls they are where the baseline holds several functions', async () => {
    await rolefence(['learn', '--out', folder.at('two.json')], {
      input: jsonl([...ordinary(2), ...ordinary(2, { function: 'other' })]),
    });
    const several = ['--mode', 'alert', '--baseline', folder.at('two.json')];
    expect(sentence(await run(several, ['true']))).toContain('several functions (other, resize): --function NAME');
    expect(await run([...several, '--function', 'other'], ['true'])).toMatchObject({ code: 0, stderr: NONE_SEEN });
  });

  it('follows ROLEFENCE_ON_FAILURE in block mode where the baseline of the variables is not to be had', async () => {
    const broken = { ROLEFENCE_BASELINE: `file:${folder.at('none.json')}` };
    const findings = ['--mode', 'block', '--findings', folder.at('failure.jsonl')];
    const open = await run(findings, node(CLIENT, 'photos/1.jpg'), broken);
    expect(open.stdout).toBe('photos/1.jpg: the content\n');
    expect(folder.lines('failure.jsonl')).toMatchObject([{ severity: 'critical', blocked: false }]);
    const closed = await run(findings, node(CLIENT, 'photos/1.jpg'), { ...broken, ROLEFENCE_ON_FAILURE: 'closed' });
    expect(closed.stdout).toBe('photos/1.jpg: AccessDenied 1\n');
    expect(folder.lines('failure.jsonl')).toMatchObject([{ severity: 'critical', blocked: true }]);
  });

  it('sends findings to the sinks that the variables name, past the sensor itself', async () => {
    const before = session.upstream.arrived.length;
    const ended = await run(
      ['--mode', 'alert', '--baseline', folder.at('b.json'), '--calls', folder.at('sink.jsonl')],
      node(CLIENT, 'backups/1'),
      {
        ROLEFENCE_SINKS: 'webhook',
        ROLEFENCE_WEBHOOK_URL: 'https://other.example/findings',
        ROLEFENCE_WEBHOOK_SECRET: 'a-secret-of-thirty-two-characters',
      },
    );
    expect(ended).toMatchObject({ code: 0, stdout: 'backups/1: the content\n' });
    expect(session.upstream.arrived.slice(before)).toContain('POST other.example/findings');
    expect(folder.lines('sink.jsonl')).toHaveLength(1);
  });

  it('knows the key that is its own: another one is foreign', async () => {
    const ended = await run(
      [
        '--mode',
        'alert',
        '--baseline',
        folder.at('b.json'),
        '--own-access-key',
        'AKIAOTHEROTHEROTHER1',
        '--findings',
        folder.at('key.jsonl'),
      ],
      node(CLIENT, 'photos/1.jpg'),
    );
    expect(ended.code).toBe(0);
    expect(folder.lines('key.jsonl').map(({ detector }) => detector)).toContain('credential');
  });

  it.each([
    [['--mode', 'watch', '--', 'true'], "--mode must be learn, alert or block, not 'watch'"],
    [['true'], 'the command stands after --: rolefence run [options] -- true …'],
    [['--'], 'a command is missing'],
    [['--moed', 'alert', '--', 'true'], '--moed is not an option of run (did you mean --mode?)'],
    [['--port', '99999', '--', 'true'], '--port must be a whole number from 0 to 65535'],
    [['--connect-to', 'a=b', '--', 'true'], '--connect-to "a=b" is not understood'],
    [['--upstream-ca', '/none.pem', '--', 'true'], '--upstream-ca: /none.pem cannot be read (no such file or folder)'],
    [['--upstream-ca', join(ROOT, 'package.json'), '--', 'true'], 'holds no certificate, expected PEM'],
    [['--baseline', '/none.json', '--', 'true'], 'baseline file /none.json cannot be read'],
    [['--learn-to', '/none/b.json', '--', 'true'], '--learn-to: /none/b.json cannot be written'],
    [['--findings', '/none/f', '--', 'true'], '--findings: /none/f cannot be written'],
    [['--ca-file', '/proc/none/ca.pem', '--', 'true'], '--ca-file: '],
  ])('refuses %j with one sentence', async (args, said) => {
    expect(sentence(await rolefence(['run', ...args], { env: { TMPDIR: folder.path } }))).toContain(said);
  });
});
