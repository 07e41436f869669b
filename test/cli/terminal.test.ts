import { describe, expect, it } from 'vitest';
import { legible, onTerminal, styleFor, visible } from '../../cli/style.ts';
import { finding } from './report/fleet.ts';
import { rolefence as run, testFolder } from './tool.ts';

const folder = testFolder();

/** Colours, moves and titles a terminal, turns text round, begins a line of its own. */
const NASTY = 'x\u001b[31m\u001b]0;owned\u0007\u009b2J\u202e\u2066\r\u0008\nforged: all is well';
const COLOUR = '\u001b[31m';
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const record = (n: number, resource: string) => ({
  id: `c${n} ${NASTY}`,
  time: `2026-01-05T08:0${n}:00.000Z`,
  function: `resize ${NASTY}`,
  version: NASTY,
  invocation: `i${n}`,
  service: 's3',
  operation: 'GetObject',
  certainty: 'exact',
  verdict: n === 3 ? 'block' : 'allow',
  access: [{ action: `s3:GetObject${n === 2 ? NASTY : ''}`, resources: [resource] }],
  region: 'eu-west-1',
  account: '111122223333',
  accessKeyId: 'ASIAOWN',
  ownAccessKeyId: 'ASIAOWN',
  host: 's3.eu-west-1.amazonaws.com',
});
const calls = [
  record(1, `arn:aws:s3:::photos/${NASTY}.jpg`),
  record(2, 'arn:aws:s3:::photos/b.jpg'),
  { ...record(3, 'arn:aws:s3:::photos/c.jpg'), status: null },
  { ...record(4, ''), service: null, operation: 'CONNECT', access: [], host: `evil${NASTY}.example:443` },
];
const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

folder.write('calls.jsonl', lines(calls));
folder.write('more.jsonl', lines([...calls, record(5, `arn:aws:s3:::backups/${NASTY}`)]));
folder.write(
  'findings.jsonl',
  lines([
    finding(`resize ${NASTY}`, 0, {
      key: NASTY,
      reason: `because ${NASTY}`,
      action: NASTY,
      resource: NASTY,
      version: NASTY,
      techniques: [NASTY],
    }),
  ]),
);
folder.write(
  'policy.json',
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: NASTY, Effect: 'Allow', Action: [`s3:Put${NASTY}`, '*'], Resource: `arn:aws:s3:::${NASTY}` },
      { Sid: NASTY, Effect: 'Deny', Action: 's3:GetObject', Resource: '*' },
    ],
  }),
);
folder.write(
  'template.json',
  JSON.stringify({
    Resources: {
      [NASTY]: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:*', `a:${NASTY}`], Resource: '*' }] } },
          ],
          ManagedPolicyArns: [`arn:aws:iam::aws:policy/${NASTY}FullAccess`],
        },
      },
    },
  }),
);
folder.write(
  'trail.json',
  JSON.stringify({
    Records: [
      {
        eventTime: '2026-01-05T09:00:00Z',
        eventName: `UpdateFunctionCode${NASTY}`,
        eventSource: 'lambda.amazonaws.com',
        userIdentity: { arn: NASTY },
        requestParameters: { functionName: 'resize' },
      },
    ],
  }),
);
folder.write(
  'rules.json',
  JSON.stringify({
    format: 'rolefence.rules/1',
    examples: [
      { name: NASTY, call: { action: 's3:GetObject', resource: NASTY, detector: 'resource' }, expect: 'allow' },
    ],
  }),
);
folder.write(
  'configuration.json',
  JSON.stringify({
    FunctionName: NASTY,
    Runtime: NASTY,
    Layers: [{ Arn: `arn:aws:lambda:eu-west-1:111122223333:layer:${NASTY}:1` }],
    Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: NASTY, ROLEFENCE_MODE: NASTY, ROLEFENCE_BASELINE: NASTY } },
  }),
);
folder.write('broken.json', `{"format": "${NASTY}`);
folder.write('undo.json', JSON.stringify({ format: NASTY, changes: [{ kind: NASTY }] }));
folder.write(
  'requests.jsonl',
  `${JSON.stringify({ id: NASTY, method: 'GET', url: `https://photos.s3.amazonaws.com/${NASTY}`, headers: {} })}\n`,
);

/** Where `b.json` is needed it is there: `learn` stands first. */
const COMMANDS: readonly (readonly string[])[] = [
  ['learn', '--out', 'b.json', 'calls.jsonl'],
  ['learn', '--out', 'b.json', '--json', 'calls.jsonl'],
  ['learn', '--out', 'c.json', 'more.jsonl'],
  ['learn', '--out', 'd.json', 'broken.json'],
  ['learn', '--out', `d.json`, `no ${NASTY}`],
  ['baseline', 'show', 'b.json'],
  ['baseline', 'coverage', 'b.json'],
  ['baseline', 'diff', 'b.json', 'c.json'],
  ['baseline', 'approve', 'b.json', '--out', 'approved.json'],
  ['baseline', 'show', 'broken.json'],
  ['replay', '--baseline', 'b.json', 'more.jsonl'],
  ['identify', '--explain', 'requests.jsonl'],
  ['policy', 'recommend', 'b.json'],
  ['policy', 'recommend', '--explain', 'b.json'],
  ['policy', 'recommend', '--format', 'yaml', 'b.json'],
  ['policy', 'recommend', '--format', 'terraform', 'b.json'],
  ['policy', 'recommend', '--format', 'cdk', 'b.json'],
  ['policy', 'recommend', '--format', 'sam', 'b.json'],
  ['policy', 'recommend', '--json', 'b.json'],
  ['policy', 'diff', '--file', 'policy.json', '--baseline', 'b.json', 'calls.jsonl'],
  ['policy', 'diff', '--json', '--file', 'policy.json', '--baseline', 'b.json', 'calls.jsonl'],
  ['policy', 'diff', '--file', 'broken.json', '--baseline', 'b.json'],
  ['audit', 'template.json', 'policy.json'],
  ['audit', '--json', 'template.json'],
  ['audit', '--format', 'sarif', 'template.json'],
  ['audit', 'broken.json'],
  ['report', '--baseline', 'b.json', '--findings', 'findings.jsonl', '--calls', 'calls.jsonl', '--out', '-'],
  ['report', '--baseline', 'b.json', '--findings', 'findings.jsonl', '--json'],
  ['report', '--baseline', 'b.json', '--function', NASTY, '--out', '-'],
  ['respond', 'timeline', `resize ${NASTY}`, '--findings', 'findings.jsonl', '--calls', 'calls.jsonl'],
  ['respond', 'timeline', 'resize', '--cloudtrail', 'trail.json'],
  ['respond', 'restore', 'undo.json'],
  ['rules', 'test', 'rules.json'],
  ['doctor', '--configuration', 'configuration.json'],
  ['completion', NASTY],
  ['run', '--mode', NASTY, '--', 'true'],
  ['proxy', `--${NASTY}`],
  [NASTY],
];

describe('what reaches a terminal', () => {
  it('has no control characters of others, and no line that a name began, whatever the command', async () => {
    const bad: string[] = [];
    for (const args of COMMANDS) {
      const { stdout, stderr } = await run(args, { cwd: folder.path, env: { NO_COLOR: '1' } });
      if (stdout === '' && stderr === '') bad.push(`${args.join(' ')} says nothing`);
      for (const line of `${stdout}\n${stderr}`.split('\n'))
        if (CONTROL.test(line) || line.startsWith('forged'))
          bad.push(`${JSON.stringify(args.join(' '))}: ${JSON.stringify(line.slice(0, 200))}`);
    }
    expect(bad).toEqual([]);
  }, 240_000);

  it('has our own colours and no others where they are wanted', async () => {
    for (const args of [
      ['policy', 'diff', '--file', 'policy.json', '--baseline', 'b.json', 'calls.jsonl'],
      ['audit', 'template.json'],
      ['respond', 'timeline', `resize ${NASTY}`, '--findings', 'findings.jsonl'],
    ]) {
      const { stdout } = await run(args, { cwd: folder.path, env: { FORCE_COLOR: '1' } });
      expect(stdout).toContain('\u001b[1m');
      expect(stdout.replace(/\u001b\[\d{1,2}m/g, '')).not.toMatch(CONTROL);
      expect(stdout).toContain('x\\u001b[31m');
    }
  }, 60_000);

  it('stays the same text in JSON', async () => {
    const { stdout } = await run(['respond', 'timeline', 'resize', '--cloudtrail', 'trail.json', '--json'], {
      cwd: folder.path,
    });
    expect(JSON.parse(stdout).events[0].by).toBe(NASTY);
  });
});

describe('texts for a terminal', () => {
  const style = styleFor({ isTTY: true }, {});

  it('bear the colours that the style gave them, and show others', () => {
    expect(onTerminal(`${style.bold('a')} ${COLOUR}b`)).toBe('\u001b[1ma\u001b[22m \\u001b[31mb');
  });
  it('keep lines and tabs of a whole, not of a name', () => {
    expect(onTerminal('a\n\tb')).toBe('a\n\tb');
    expect(visible('a\n\tb')).toBe('a\\u000a\\u0009b');
  });
  it('are cleaned everywhere in a value, and nothing else of it is changed', () => {
    expect(legible({ [COLOUR]: [COLOUR, 1, null, { a: COLOUR }] })).toEqual({
      '\\u001b[31m': ['\\u001b[31m', 1, null, { a: '\\u001b[31m' }],
    });
  });
});
