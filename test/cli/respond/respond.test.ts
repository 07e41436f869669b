import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import { carryOut } from '../../../cli/respond/carry-out.ts';
import type { Change } from '../../../cli/respond/change.ts';
import { resized, uuid } from '../../baseline/calls.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { rolefence } from '../policy/rolefence.ts';
import { rolefence as rolefenceAsync } from '../tool.ts';
import { type LocalAccount, localAccount } from './account.ts';
import { type LocalAws, startLocalAws } from './moto.ts';
import { startFakeTrail } from './trail-fake.ts';

const python = provide('python');

describe.skipIf(python.missing !== null)(`rolefence respond, against moto${because(python)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-respond-'));
  let aws: LocalAws;
  let account: LocalAccount;
  let iam: LocalAccount['iam'];
  let lambda: LocalAccount['lambda'];

  const run = (...args: string[]) => rolefence(args, { cwd: folder, env: aws.env });
  const reserved = async (name: string) =>
    (await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))).ReservedConcurrentExecutions ?? null;
  const inline = async (role: string) => (await iam.send(new ListRolePoliciesCommand({ RoleName: role }))).PolicyNames;

  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    account = localAccount({ endpoint: aws.endpoint });
    ({ iam, lambda } = account);
    const role = await account.role('workers');
    for (const name of ['resize', 'mail']) await account.function(name, role, { runtime: 'nodejs24.x', publish: true });
  });

  afterAll(async () => {
    account?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('changes nothing without --apply, and shows who else uses the role', async () => {
    const { code, stdout } = run('respond', 'revoke', 'resize');
    expect(code).toBe(0);
    expect(stdout).toContain('role workers: add the inline policy RolefenceRevokeOlderSessions');
    expect(stdout).toContain('functions in this region: mail');
    expect(stdout).toContain('may be assumed by: lambda.amazonaws.com');
    expect(stdout).toContain('Nothing was changed.');
    expect(await inline('workers')).toEqual([]);
  });

  it('isolates a function, and puts back the concurrency that it had', async () => {
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'resize', ReservedConcurrentExecutions: 7 }));
    const { code, stdout } = run('respond', 'isolate', 'resize', '--apply', '--undo', 'isolate.json', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      changes: [{ kind: 'concurrency', function: 'resize', before: 7, after: 0 }],
      alsoUses: null,
      notes: [],
      applied: true,
      undo: 'isolate.json',
    });
    expect(await reserved('resize')).toBe(0);
    expect(statSync(join(folder, 'isolate.json')).mode & 0o777).toBe(0o600);

    const again = run('respond', 'isolate', 'resize', '--apply', '--undo', 'again.json');
    expect(again.stdout).toContain('it is so already');
    expect(existsSync(join(folder, 'again.json'))).toBe(false);

    expect(run('respond', 'restore', 'isolate.json').stdout).toContain('reserved concurrency 0 → 7');
    expect(await reserved('resize')).toBe(0);
    expect(run('respond', 'restore', 'isolate.json', '--apply').code).toBe(0);
    expect(await reserved('resize')).toBe(7);
    expect(run('respond', 'restore', 'isolate.json', '--apply').stdout).toContain('Nothing to do');
  });

  it('denies older sessions, and takes that back', async () => {
    const { code } = run(
      'respond',
      'revoke',
      '--role',
      'arn:aws:iam::111122223333:role/workers',
      '--apply',
      '--undo',
      'revoke.json',
    );
    expect(code).toBe(0);
    const found = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'workers', PolicyName: 'RolefenceRevokeOlderSessions' }),
    );
    const document = JSON.parse(decodeURIComponent(found.PolicyDocument!));
    expect(document.Statement).toEqual([
      {
        Sid: 'RevokeOlderSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': expect.stringMatching(/^\d{4}-.*Z$/) } },
      },
    ]);
    expect(run('respond', 'restore', 'revoke.json', '--apply').code).toBe(0);
    expect(await inline('workers')).toEqual([]);
  });

  it('revokes again from a later moment, each undo leading back one step', async () => {
    run('respond', 'revoke', 'resize', '--apply', '--undo', 'first.json');
    run('respond', 'revoke', 'resize', '--apply', '--undo', 'second.json');
    const first = JSON.parse(readFileSync(join(folder, 'first.json'), 'utf8')).changes[0];
    const second = JSON.parse(readFileSync(join(folder, 'second.json'), 'utf8')).changes[0];
    expect(JSON.parse(second.before)).toEqual(JSON.parse(first.after));
    expect(run('respond', 'restore', 'second.json', '--apply').code).toBe(0);
    expect(await inline('workers')).toEqual(['RolefenceRevokeOlderSessions']);
    expect(run('respond', 'restore', 'first.json', '--apply').code).toBe(0);
    expect(await inline('workers')).toEqual([]);
  });

  it('leaves alone what somebody else has changed since', async () => {
    run('respond', 'isolate', 'mail', '--apply', '--undo', 'mail.json');
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'mail', ReservedConcurrentExecutions: 3 }));
    const { code, stderr } = run('respond', 'restore', 'mail.json', '--apply');
    expect(code).toBe(2);
    expect(stderr).toContain('was changed after');
    expect(await reserved('mail')).toBe(3);
    expect(run('respond', 'restore', 'mail.json', '--apply', '--force').code).toBe(0);
    expect(await reserved('mail')).toBeNull();
  });

  it('can deny the role everything as well', async () => {
    const { stdout } = run('respond', 'isolate', 'resize', '--deny-role', '--apply', '--undo', 'both.json');
    expect(stdout).toContain('functions in this region: mail');
    expect(await inline('workers')).toEqual(['RolefenceDenyAll']);
    expect(run('respond', 'restore', 'both.json', '--apply').code).toBe(0);
    expect(await inline('workers')).toEqual([]);
    expect(await reserved('resize')).toBe(7);
  });

  describe('isolated in the store of its sensors', () => {
    const STORE = 'file:store/';
    const AT = { kind: 'isolation', function: 'mail', part: null } as const;
    const configured = async () =>
      (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'mail' }))).Environment?.Variables;
    const held = () =>
      createFleet(folderStore(join(folder, 'store')))
        .isolation('mail')
        .load();
    const isolate = (...args: string[]) =>
      run('respond', 'isolate', 'mail', '--store', STORE, '--reason', 'ticket 7', ...args);

    it('is refused where its sensors read another store', async () => {
      const { code, stderr } = isolate('--apply');
      expect(code).toBe(2);
      expect(stderr).toContain('sensors of mail would not heed it: its ROLEFENCE_BASELINE is not set, not file:store/');
      expect(await held()).toBeNull();
    });

    it('goes on running and lets nothing out, in environments of its own if asked for, until it is restored', async () => {
      const Variables = { ROLEFENCE_BASELINE: STORE, OWN: 'x' };
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'mail', Environment: { Variables } }));
      const dry = isolate();
      expect(dry.stdout).toContain('function mail: isolate it in file:store/: sensors that start refuse every call');
      expect(dry.stdout).toContain('Environments that run already go on unhindered');
      expect(dry.stdout).toContain('Nothing was changed.');
      expect(await held()).toBeNull();

      const { code, stdout } = isolate('--renew', '--apply', '--undo', 'shut.json', '--json');
      expect(code).toBe(0);
      const { changes, notes } = JSON.parse(stdout);
      expect(changes.map(({ kind }: Change) => kind)).toEqual(['isolation', 'configuration']);
      expect(notes.join()).toContain('Environments of published versions (1) are not renewed');
      expect(await held()).toMatchObject({ function: 'mail', reason: 'ticket 7' });
      expect(await configured()).toEqual({ ...Variables, ROLEFENCE_RENEWED: (await held())!.from });
      expect(await reserved('mail')).toBeNull();

      expect(isolate('--renew', '--apply', '--undo', 'never.json').stdout).toContain('it is so already');
      expect(existsSync(join(folder, 'never.json'))).toBe(false);

      const back = run('respond', 'restore', 'shut.json', '--apply', '--json');
      // The other way round, environments would start and find the isolation still there.
      expect(JSON.parse(back.stdout).changes.map(({ kind }: Change) => kind)).toEqual(['isolation', 'configuration']);
      expect(await held()).toBeNull();
      expect(await configured()).toEqual(Variables);
      expect(run('respond', 'restore', 'shut.json', '--apply').stdout).toContain('Nothing to do');
    });

    it('is heeded by a sensor that starts meanwhile, and by none afterwards', async () => {
      isolate('--apply', '--undo', 'heeded.json');
      const sensed = () =>
        rolefenceAsync(['run', '--mode', 'learn', '--function', 'mail', '--', process.execPath, '-e', ''], {
          cwd: folder,
          env: { ...aws.env, ROLEFENCE_BASELINE: STORE },
        });
      expect((await sensed()).stderr).toContain('ticket 7): every call and connection of this environment is refused');
      run('respond', 'restore', 'heeded.json', '--apply');
      expect((await sensed()).stderr).not.toContain('is refused');
    });

    it('takes the place of one that cannot be read, which holds nobody', async () => {
      const store = folderStore(join(folder, 'store'));
      await store.put(AT, gzipSync('{}'), null);
      expect(isolate('--apply', '--undo', 'over.json').code).toBe(0);
      expect(await held()).toMatchObject({ reason: 'ticket 7' });
      run('respond', 'restore', 'over.json', '--apply');
      expect(await store.get(AT)).toBeNull();
    });

    it('is left alone by the undo file of an earlier one', async () => {
      isolate('--apply', '--undo', 'earlier.json');
      await createFleet(folderStore(join(folder, 'store')))
        .isolation('mail')
        .turn({ ...(await held())!, reason: 'ticket 8' });
      expect(run('respond', 'restore', 'earlier.json', '--apply').stderr).toContain('was changed after');
      expect(await held()).toMatchObject({ reason: 'ticket 8' });
      expect(run('respond', 'restore', 'earlier.json', '--apply', '--force').code).toBe(0);
      expect(await held()).toBeNull();
    });
  });

  it('writes its undo file under a name of its own, and never over another', () => {
    const { stdout } = run('respond', 'isolate', 'resize', '--apply', '--json');
    const { undo } = JSON.parse(stdout);
    expect(undo).toMatch(/^rolefence-undo-isolate-resize-\d{4}-\d\d-\d\dT\d+Z\.json$/);
    run('respond', 'restore', undo, '--apply');
    writeFileSync(join(folder, 'mine.json'), 'mine');
    const { code, stderr } = run('respond', 'isolate', 'resize', '--apply', '--undo', 'mine.json');
    expect(code).toBe(2);
    expect(stderr).toContain('mine.json exists already: name another file; nothing was changed');
    expect(readFileSync(join(folder, 'mine.json'), 'utf8')).toBe('mine');
  });

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
    expect(misspelt.stdout).toBe('Nothing is known of rezise.\n');
    expect(misspelt.stderr).toContain('no input names rezise, but mail, resize: did you mean resize?');
    const outside = ['--findings', 'f.jsonl', '--to', '2019-01-01'];
    expect(run('respond', 'timeline', 'resize', ...outside).stderr).toBe('');
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
        env: { ...aws.env, AWS_ENDPOINT_URL_CLOUDTRAIL: fake.endpoint },
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

  it('holds a baseline against the role as it is in AWS', async () => {
    const learner = createLearner();
    for (let i = 0; i < 20; i++) for (const one of resized(uuid(i), `i-${i}`)) learner.observe(one);
    writeFileSync(join(folder, 'b.json'), serializeBaseline(learner.document()));
    const allow = (Action: string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'workers',
        PolicyName: 'own',
        PolicyDocument: allow(['s3:GetObject', 's3:PutObject', 's3:DeleteBucket']),
      }),
    );
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'attached', PolicyDocument: allow(['iam:PassRole']) }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'workers', PolicyArn: Policy!.Arn! }));
    const { code, stdout } = run(
      'policy',
      'diff',
      '--role',
      'arn:aws:iam::111122223333:role/workers',
      '--baseline',
      'b.json',
      '--json',
    );
    expect(code).toBe(1);
    const { unused, ungranted } = JSON.parse(stdout);
    expect(unused.map((one: { action: string }) => one.action)).toEqual(['iam:PassRole', 's3:DeleteBucket']);
    expect(ungranted.map((one: { action: string }) => one.action)).toEqual(['dynamodb:PutItem']);
  });

  it.each([
    [
      ['respond', 'isolate', 'nobody'],
      'function nobody cannot be read: there is none of that name in this account and region',
    ],
    [
      ['respond', 'revoke', '--role', 'nobody'],
      'role nobody cannot be read: there is none of that name in this account',
    ],
    [['respond', 'revoke', '--role', 'arn:aws:s3:::x'], 'the role must be an ARN'],
    [['respond', 'restore', 'f.jsonl'], 'f.jsonl: not valid JSON: an undo file was expected'],
    [['respond', 'restore', 'trail.json'], 'trail.json: field format is missing, expected "rolefence.undo/1"'],
    [['respond', 'timeline', 'resize'], 'nothing to put in order'],
    [['respond', 'isolate', 'mail', '--store', 'file:store/'], '--reason TEXT is missing'],
    [['respond', 'isolate', 'mail', '--renew'], '--reason and --renew go with --store'],
    [['respond', 'stop'], 'respond has no command "stop": revoke, isolate, restore, timeline'],
    [['policy', 'diff', '--role', 'nobody', '--baseline', 'b.json'], 'role nobody cannot be read'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    const { code, stderr } = run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('several changes', () => {
  const changes: Change[] = [
    { kind: 'concurrency', function: 'a', before: 3, after: 0 },
    { kind: 'role-policy', role: 'r', policy: 'p', before: null, after: '{}' },
  ];

  it('are taken back where a later one fails', async () => {
    const applied: Change[] = [];
    const account = {
      async apply(change: Change) {
        if (change.kind === 'role-policy') throw new Error('no');
        applied.push(change);
      },
    };
    await expect(carryOut(account, changes)).rejects.toThrow('what had been done was taken back');
    expect(applied).toEqual([changes[0], { ...changes[0], before: 0, after: 3 }]);
  });

  it('say what is stuck where even that fails', async () => {
    let calls = 0;
    const account = {
      async apply() {
        if (++calls > 1) throw new Error('no');
      },
    };
    await expect(carryOut(account, changes)).rejects.toThrow(
      'function a: reserved concurrency 3 → 0: no invocation starts any more could not be taken back',
    );
  });
});
