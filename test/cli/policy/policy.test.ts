import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { arn, aws, get, resized, uuid } from '../../baseline/calls.ts';
import { has } from '../tool.ts';
import { rolefence } from './rolefence.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

const mailed: Call[] = Array.from({ length: 12 }, (_, i) =>
  aws('sqs', 'SendMessage', arn('sqs', 'mails'), { function: 'mailer', invocation: `m-${i}` }),
);
const work: Call[] = [...Array.from({ length: 40 }, (_, i) => resized(uuid(i), `inv-${i}`)).flat(), ...mailed].map(
  (one, i) => ({ ...one, id: `c-${i}` }),
);

beforeAll(() => {
  const learner = createLearner();
  for (const one of work) learner.observe(one);
  writeFileSync(file('b.json'), serializeBaseline(learner.document()));
  writeFileSync(file('calls.jsonl'), work.map((one) => `${JSON.stringify(one)}\n`).join(''));
});

describe('rolefence policy recommend', () => {
  it('prints policies and evidence in the documented form', () => {
    const { code, stdout } = rolefence(['policy', 'recommend', '--json', file('b.json')]);
    expect(code).toBe(0);
    const { policies, evidence, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({});
    expect(policies.map((one: object) => Object.keys(one))).toEqual([
      ['function', 'document'],
      ['function', 'document'],
    ]);
    expect(policies.map((one: { function: string }) => one.function)).toEqual(['mailer', 'resize']);
    expect(evidence).toContainEqual({ function: 'mailer', sid: 'SQSSendMessageMails', calls: expect.any(Number) });
    const sids = policies.flatMap((one: { document: { Statement: { Sid: string }[] } }) =>
      one.document.Statement.map(({ Sid }) => Sid),
    );
    expect(evidence.map((one: { sid: string }) => one.sid)).toEqual(sids);
  });

  it('prints the bare document of one function, ready for aws iam', () => {
    const { stdout, stderr } = rolefence(['policy', 'recommend', '--function', 'mailer', file('b.json')]);
    expect(JSON.parse(stdout)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'SQSSendMessageMails', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('sqs', 'mails') },
      ],
    });
    expect(stderr).toContain('--logs');
  });

  it('makes one policy of the functions that share a role', () => {
    const { stdout } = rolefence(['policy', 'recommend', '--shared', '--json', file('b.json')]);
    const { policies } = JSON.parse(stdout);
    expect(policies).toHaveLength(1);
    expect(policies[0].function).toBe('mailer, resize');
    expect(policies[0].document.Statement).toHaveLength(4);
  });

  it('writes YAML and SAM that say the same', () => {
    const json = JSON.parse(rolefence(['policy', 'recommend', '--function', 'resize', file('b.json')]).stdout);
    const format = (name: string) =>
      rolefence(['policy', 'recommend', '--function', 'resize', '--format', name, file('b.json')]).stdout;
    expect(parse(format('yaml'))).toEqual(json);
    expect(parse(format('sam'))).toEqual({ Policies: [json] });
  });

  it('writes Terraform and CDK', () => {
    const format = (name: string) =>
      rolefence(['policy', 'recommend', '--function', 'mailer', '--format', name, file('b.json')]).stdout;
    expect(format('terraform')).toContain(`data "aws_iam_policy_document" "mailer" {
  statement {
    sid       = "SQSSendMessageMails"
    actions   = ["sqs:SendMessage"]
    resources = ["arn:aws:sqs:eu-west-1:111122223333:mails"]
  }
}`);
    expect(format('cdk')).toContain('new iam.PolicyStatement({\n    sid: "SQSSendMessageMails",');
  });

  it('gives a boundary the function’s log, and a session policy its limit', () => {
    const boundary = JSON.parse(
      rolefence(['policy', 'recommend', '--boundary', '--function', 'mailer', file('b.json')]).stdout,
    );
    expect(boundary.Statement.map(({ Sid }: { Sid: string }) => Sid)).toContain('LambdaWritesLogs');
    const session = rolefence(['policy', 'recommend', '--session', '--function', 'resize', file('b.json')]).stdout;
    expect(JSON.stringify(JSON.parse(session)).length).toBeLessThanOrEqual(2_048);
  });

  it('adds a key for the services that use it', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000';
    const { stdout } = rolefence(['policy', 'recommend', '--kms-key', key, '--function', 'resize', file('b.json')]);
    expect(JSON.parse(stdout).Statement.at(-1)).toMatchObject({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: key,
      Condition: {
        StringEquals: { 'kms:ViaService': ['dynamodb.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'] },
      },
    });
  });

  it('explains what every statement rests on', () => {
    const { stdout } = rolefence(['policy', 'recommend', '--explain', '--function', 'mailer', file('b.json')]);
    expect(stdout).toContain('sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:mails: in about');
  });
});

describe.skipIf(!has('terraform'))('rolefence policy recommend --format terraform (needs terraform)', () => {
  it('is formatted as terraform fmt would', () => {
    const listed: Call[] = ['raw/', 'done/'].map((prefix, i) =>
      aws('s3', 'ListBucket', 'arn:aws:s3:::photos', { prefix, invocation: `l-${i}`, function: 'lister' }),
    );
    const learner = createLearner();
    for (const one of [...work, ...listed]) learner.observe(one);
    writeFileSync(file('all.json'), serializeBaseline(learner.document()));
    const { stdout } = rolefence(['policy', 'recommend', '--format', 'terraform', file('all.json')]);
    expect(stdout).toContain('condition {');
    expect(execFileSync('terraform', ['fmt', '-'], { input: stdout, encoding: 'utf8', stdio: 'pipe' })).toBe(stdout);
  });
});

describe('rolefence policy diff', () => {
  it('is quiet about the recommended policy, replay included', () => {
    const json = rolefence(['policy', 'recommend', '--json', file('b.json')]).stdout;
    const { code, stdout } = rolefence(
      ['policy', 'diff', '--file', '-', '--baseline', file('b.json'), '--format', 'json', file('calls.jsonl')],
      { input: json },
    );
    expect(JSON.parse(stdout)).toEqual({
      unused: [],
      ungranted: [],
      distance: 0,
      replay: { calls: work.length, denied: [] },
    });
    expect(code).toBe(0);
  });

  it('exits 1 and names the calls that a policy would have denied', () => {
    writeFileSync(
      file('half.json'),
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: ['s3:*', 'iam:PassRole'], Resource: '*' },
      }),
    );
    const { code, stdout } = rolefence([
      'policy',
      'diff',
      '--file',
      file('half.json'),
      '--baseline',
      file('b.json'),
      '--function',
      'resize',
      '--json',
      file('calls.jsonl'),
    ]);
    expect(code).toBe(1);
    const { unused, ungranted, distance, replay } = JSON.parse(stdout);
    expect(ungranted).toEqual([{ action: 'dynamodb:PutItem', resources: [arn('dynamodb', 'table/Pictures')] }]);
    expect(unused[0]).toEqual({ action: 'iam:PassRole', resources: ['*'], risk: 'privilege escalation' });
    expect(distance).toBeGreaterThan(0.9);
    expect(replay.calls).toBe(160);
    expect(replay.denied).toEqual(
      work.filter(({ service, function: name }) => name === 'resize' && service === 'dynamodb').map(({ id }) => id),
    );
  });

  it('exits 1 where service control policies or a boundary stand in the way', () => {
    const policy = rolefence(['policy', 'recommend', '--json', file('b.json')]).stdout;
    writeFileSync(file('policy.json'), policy);
    const region = {
      Sid: 'OneRegion',
      Effect: 'Deny',
      NotAction: 'iam:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    };
    // As aws organizations describe-policy prints it
    const content = JSON.stringify({ Version: '2012-10-17', Statement: [region] });
    writeFileSync(
      file('scp.json'),
      JSON.stringify({ Policy: { PolicySummary: { Name: 'region' }, Content: content } }),
    );
    const args = ['policy', 'diff', '--role-policy', file('policy.json'), '--baseline', file('b.json')];
    const controlled = rolefence([...args, '--scp', file('scp.json'), file('calls.jsonl')]);
    expect(controlled.code).toBe(1);
    expect(controlled.stdout).toContain('(denied by OneRegion of the service control policies)');
    expect(controlled.stderr).toContain('FullAWSAccess is taken to stand beside it');

    const boundary = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } };
    writeFileSync(file('boundary.json'), JSON.stringify(boundary));
    const bounded = rolefence([...args, '--boundary', file('boundary.json'), '--json', file('calls.jsonl')]);
    expect(bounded.code).toBe(1);
    expect(JSON.parse(bounded.stdout).ungranted.map(({ action }: { action: string }) => action)).toEqual([
      'dynamodb:PutItem',
      'sqs:SendMessage',
    ]);
  });

  it('exits 1 for a denied call alone', () => {
    const policy = rolefence(['policy', 'recommend', '--json', file('b.json')]).stdout;
    const { code, stdout } = rolefence(
      ['policy', 'diff', '--file', '-', '--baseline', file('b.json'), file('one.jsonl')],
      { input: policy },
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    writeFileSync(file('one.jsonl'), `${JSON.stringify({ ...get('backups/a.tgz'), id: 'x-1' })}\n`);
    const again = rolefence(['policy', 'diff', '--file', '-', '--baseline', file('b.json'), file('one.jsonl')], {
      input: policy,
    });
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('This policy would have denied 1 of 1 recorded call');
  });

  it.each([
    [['policy', 'diff', '--baseline', 'b.json'], '--role-policy FILE or --role ARN (what is granted) is missing'],
    [
      ['policy', 'diff'],
      '--role-policy FILE or --role ARN (what is granted) and --baseline FILE (what was used) are missing',
    ],
    [
      ['policy', 'diff', 'b.json', '--role-policy', 'p.json'],
      '--baseline FILE (what was used) is missing: did you mean --baseline b.json?',
    ],
    [['policy', 'diff', '--file', 'nothing.json', '--baseline', 'b.json'], 'nothing.json: no such file or folder'],
    [
      ['policy', 'diff', '--file', 'bad.json', '--baseline', 'b.json'],
      'bad.json: $.Statement[0].Effect is "No", expected Allow or Deny',
    ],
    [['policy', 'diff', '--file', 'cut.json', '--baseline', 'b.json'], 'cut.json:2: not valid JSON'],
    [['policy', 'recommend'], 'BASELINE is missing'],
    [['policy', 'recommend', '--function', 'other', 'b.json'], 'b.json has no function "other": it has mailer, resize'],
    [['policy', 'recommend', '--format', 'xml', 'b.json'], '--format must be text, json, yaml, terraform, cdk or sam'],
    [['policy', 'sing'], 'policy has no command "sing": recommend or diff'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    writeFileSync(file('bad.json'), JSON.stringify({ Statement: [{ Effect: 'No', Action: '*', Resource: '*' }] }));
    writeFileSync(file('cut.json'), '{\n"Statement": [');
    const { code, stderr } = rolefence(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
