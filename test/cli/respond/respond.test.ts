import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { because } from '../../toolchain/provide.ts';
import { python, responding } from './responding.ts';

describe.skipIf(python.missing !== null)(`rolefence respond, against moto${because(python)}`, () => {
  const { folder, iam, lambda, run, reserved, inline } = responding();

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
    await lambda().send(new PutFunctionConcurrencyCommand({ FunctionName: 'resize', ReservedConcurrentExecutions: 7 }));
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
    const found = await iam().send(
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
    await lambda().send(new PutFunctionConcurrencyCommand({ FunctionName: 'mail', ReservedConcurrentExecutions: 3 }));
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
    [['respond', 'restore', 'mine.json'], 'mine.json: not valid JSON: an undo file was expected'],
    [['respond', 'restore', 'empty.json'], 'empty.json: field format is missing, expected "rolefence.undo/1"'],
    [['respond', 'timeline', 'resize'], 'nothing to put in order'],
    [['respond', 'isolate', 'mail', '--store', 'file:store/'], '--reason TEXT is missing'],
    [['respond', 'isolate', 'mail', '--renew'], '--reason and --renew go with --store'],
    [['respond', 'stop'], 'respond has no command "stop": revoke, isolate, restore, timeline'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    writeFileSync(join(folder, 'mine.json'), 'mine');
    writeFileSync(join(folder, 'empty.json'), '{}');
    const { code, stderr } = run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
