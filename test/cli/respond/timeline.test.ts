import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { because } from '../../toolchain/provide.ts';
import { rolefence as rolefenceAsync } from '../tool.ts';
import { python, responding } from './responding.ts';
import { startFakeTrail } from './trail-fake.ts';

describe.skipIf(python.missing !== null)(`the timeline of a function (moto)${because(python)}`, () => {
  const { folder, env, run } = responding();

  it('puts deployments and findings of one function in one order', () => {
    const findings = [
      {
        time: '2020-01-02T00:00:00Z',
        function: 'resize',
        key: 'a',
        severity: 'high',
        blocked: true,
        reason: 'iam:CreateUser was never used',
        version: '7',
      },
      { time: '2099-01-02T00:00:00Z', function: 'resize', key: 'b', severity: 'low', reason: 'more calls than ever' },
      { time: '2020-01-02T00:00:00Z', function: 'mail', key: 'a', severity: 'high', reason: 'other' },
    ];
    const trail = {
      Records: [
        {
          eventTime: '2020-01-01T00:00:00Z',
          eventSource: 'lambda.amazonaws.com',
          eventName: 'UpdateFunctionCode20150331v2',
          requestParameters: { functionName: 'arn:aws:lambda:eu-west-1:111122223333:function:resize' },
          userIdentity: { arn: 'arn:aws:iam::111122223333:user/eve' },
        },
        {
          eventTime: '2020-01-03T00:00:00Z',
          eventSource: 'iam.amazonaws.com',
          eventName: 'PutRolePolicy',
          requestParameters: { roleName: 'workers', policyName: 'more' },
          userIdentity: { type: 'Root' },
        },
        {
          eventTime: '2020-01-03T00:00:00Z',
          eventSource: 'lambda.amazonaws.com',
          eventName: 'GetFunction20150331v2',
          requestParameters: { functionName: 'resize' },
        },
      ],
    };
    writeFileSync(join(folder, 'f.jsonl'), findings.map((one) => `${JSON.stringify(one)}\n`).join(''));
    writeFileSync(join(folder, 'trail.json'), JSON.stringify(trail));
    const { code, stdout } = run(
      'respond',
      'timeline',
      'resize',
      '--findings',
      'f.jsonl',
      '--cloudtrail',
      'trail.json',
      '--live',
      '--json',
    );
    expect(code).toBe(0);
    const { events } = JSON.parse(stdout);
    expect(events.map((one: { kind: string }) => one.kind)).toEqual([
      'deployment',
      'finding',
      'role',
      'deployment',
      'deployment',
      'finding',
    ]);
    expect(events[0]).toEqual({
      time: '2020-01-01T00:00:00.000Z',
      kind: 'deployment',
      severity: 'medium',
      what: 'UpdateFunctionCode',
      by: 'arn:aws:iam::111122223333:user/eve',
    });
    expect(events[2]).toMatchObject({ what: 'PutRolePolicy more', by: 'Root' });
    const text = run('respond', 'timeline', 'resize', '--findings', 'f.jsonl', '--to', '2021-01-01').stdout;
    expect(text).toBe('2020-01-02\n  00:00:00  high        blocked: iam:CreateUser was never used [version 7]\n');
    const misspelt = run('respond', 'timeline', 'rezise', '--findings', 'f.jsonl');
    expect(misspelt).toMatchObject({ code: 2, stdout: '' });
    expect(misspelt.stderr).toContain('no input names rezise, but mail, resize: did you mean resize?');
    const outside = run('respond', 'timeline', 'resize', '--findings', 'f.jsonl', '--to', '2019-01-01');
    expect(outside).toMatchObject({ code: 0, stderr: '' });
    expect(outside.stdout).toMatch(/^Nothing is known of resize in that time, but \d events? after it\.\n$/);
  });

  it('tells what came again and again once, with a count, and leaves what is serious in sight', () => {
    const at = (n: number) => new Date(Date.UTC(2020, 0, 2, 10, n)).toISOString();
    const notice = (n: number) => ({
      ...{ time: at(n), function: 'resize', version: '4', invocation: `i-${n}`, key: 'a', severity: 'info' },
      reason: n % 2 === 0 ? 'sns:Publish is new' : 'sqs:SendMessage is new',
    });
    const late = { ...notice(4), severity: 'high', reason: 's3:GetObject is new', toldAt: at(59) };
    const lines = [...Array(20).keys()].map(notice).concat(late);
    writeFileSync(join(folder, 'many.jsonl'), lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
    expect(run('respond', 'timeline', 'resize', '--findings', 'many.jsonl').stdout).toBe(
      [
        '2020-01-02',
        '  10:00:00  notice      sns:Publish is new (3 times, until 10:04:00) [version 4]',
        '  10:01:00  notice      sqs:SendMessage is new (2 times, until 10:03:00) [version 4]',
        '  10:04:00  high        s3:GetObject is new [version 4, invocation i-4, told 2020-01-02 10:59:00]',
        '  10:05:00  notice      sqs:SendMessage is new (8 times, until 10:19:00) [version 4]',
        '  10:06:00  notice      sns:Publish is new (7 times, until 10:18:00) [version 4]',
        '',
      ].join('\n'),
    );
  });

  it('tells what differs in numbers only once, with the least and the most, and so what two detectors tell of in turn', () => {
    const at = (n: number) => new Date(Date.UTC(2020, 0, 2, 10, 0, n)).toISOString();
    const one = { ...{ function: 'resize', version: '4', invocation: null, key: 'a' }, resource: null };
    const picture = (n: number) => `pictures/${String(n).padStart(8, '0')}-7be8-14de-870b-7bf84b12c374.jpg`;
    const lines = [...Array(20).keys()].flatMap((n) => [
      {
        ...one,
        time: at(2 * n),
        severity: 'high',
        reason: `s3:GetObject on ${picture(n)} for ${n % 2 ? 'moe' : 'acme'}`,
      },
      { ...one, time: at(2 * n), severity: 'medium', reason: 'lab2 came right after intake-1' },
      {
        ...one,
        time: at(2 * n + 1),
        severity: 'high',
        reason: `${n + 5} calls in one invocation; normal is at most 4`,
      },
    ]);
    writeFileSync(join(folder, 'turns.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(run('respond', 'timeline', 'resize', '--findings', 'turns.jsonl').stdout).toBe(
      [
        '2020-01-02',
        '  10:00:00  high        s3:GetObject on pictures/00000000-7be8-14de-870b-7bf84b12c374.jpg for acme (10 times, until 10:00:36) [version 4]',
        '  10:00:00  medium      lab2 came right after intake-1 (20 times, until 10:00:38) [version 4]',
        '  10:00:01  high        5 to 24 calls in one invocation; normal is at most 4 (20 times, until 10:00:39) [version 4]',
        '  10:00:02  high        s3:GetObject on pictures/00000001-7be8-14de-870b-7bf84b12c374.jpg for moe (10 times, until 10:00:38) [version 4]',
        '',
      ].join('\n'),
    );
  });

  it('knows the function by what CloudTrail says that it did, and tells what AWS refused it', () => {
    const did = (eventTime: string, more: object) => ({
      ...{ eventTime, eventSource: 's3.amazonaws.com', eventName: 'GetObject', awsRegion: 'eu-west-1' },
      requestParameters: { bucketName: 'photos', key: '1.jpg' },
      userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/workers/resize' },
      ...more,
    });
    const Records = [did('2020-01-02T10:00:00Z', {}), did('2020-01-02T10:01:00Z', { errorCode: 'AccessDenied' })];
    writeFileSync(join(folder, 'data.json'), JSON.stringify({ Records }));
    const ended = run('respond', 'timeline', 'resize', '--cloudtrail', 'data.json');
    expect(ended.stdout).toBe(
      '2020-01-02\n  10:01:00  refused     AWS refused s3:GetObject on arn:aws:s3:::photos/1.jpg\n',
    );
    expect(ended.stderr).toBe('');
  });

  describe('with CloudTrail’s event history (a fake: moto has none)', () => {
    const event = (eventID: string, eventTime: string, eventName: string, given: Record<string, unknown>) => ({
      eventVersion: '1.08',
      eventID,
      eventTime,
      eventName,
      eventSource: 'lambda.amazonaws.com',
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/eve', userName: 'eve' },
      ...given,
    });
    const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:resize';
    const deployed = event('e-1', '2020-01-01T00:00:00Z', 'UpdateFunctionCode20150331v2', {
      requestParameters: { functionName: functionArn },
    });
    const opened = event('e-2', '2020-01-02T00:00:00Z', 'AddPermission20150331v2', {
      requestParameters: { functionName: 'resize' },
    });
    const widened = event('e-3', '2020-01-03T00:00:00Z', 'PutRolePolicy', {
      eventSource: 'iam.amazonaws.com',
      requestParameters: { roleName: 'workers', policyName: 'more' },
    });
    const history = [
      { region: 'eu-west-1', resource: functionArn, event: deployed },
      { region: 'eu-west-1', resource: functionArn, event: opened },
      { region: 'eu-west-1', resource: 'resize', event: opened },
      { region: 'us-east-1', resource: 'workers', event: widened },
      { region: 'eu-west-1', resource: 'workers', event: { ...widened, eventID: 'e-4' } },
    ];
    const timeline = async (refuse: string | null, ...args: string[]) => {
      const fake = await startFakeTrail(history, refuse);
      const ended = await rolefenceAsync(['respond', 'timeline', 'resize', '--live', ...args], {
        cwd: folder,
        env: { ...env(), AWS_ENDPOINT_URL_CLOUDTRAIL: fake.endpoint },
      });
      await fake.close();
      return { ...ended, asked: fake.asked };
    };

    it('puts changes of the function and its role in order, each once, from the region where each stands', async () => {
      const { code, stdout, asked } = await timeline(null, '--json', '--to', '2021-01-01');
      expect(code).toBe(0);
      expect(JSON.parse(stdout).events.map((one: { what: string; by: string }) => [one.what, one.by])).toEqual([
        ['UpdateFunctionCode', 'arn:aws:iam::111122223333:user/eve'],
        ['AddPermission', 'arn:aws:iam::111122223333:user/eve'],
        ['PutRolePolicy more', 'arn:aws:iam::111122223333:user/eve'],
      ]);
      expect(asked).toEqual([
        'eu-west-1 resize',
        `eu-west-1 ${functionArn}`,
        `eu-west-1 ${functionArn} +`,
        'us-east-1 workers',
        'us-east-1 arn:aws:iam::111122223333:role/workers',
      ]);
    });

    it('says what is missing where CloudTrail may not be asked, and shows the rest', async () => {
      const { code, stdout, stderr } = await timeline('AccessDeniedException');
      expect(code).toBe(0);
      expect(stdout).toContain('version 1 was published');
      expect(stderr).toContain('CloudTrail cannot be asked: these credentials are not allowed to');
    });
  });
});
