import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { diffPolicy } from '../../../baseline/policy/diff.ts';
import { readPolicy } from '../../../baseline/policy/document.ts';
import { documentOf, recommend } from '../../../baseline/policy/recommend.ts';
import { Replay } from '../../../baseline/policy/replay.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { arn, aws, get, resized, uuid } from '../calls.ts';

const work: Call[] = Array.from({ length: 40 }, (_, i) => resized(uuid(i), `inv-${i}`)).flat();
const learner = createLearner();
for (const one of work) learner.observe(one);
const { uses } = usageOf('resize', learner.document().functions.resize!);

const policy = (...statements: unknown[]) => readPolicy({ Version: '2012-10-17', Statement: statements }, 'p');
const recommended = readPolicy(documentOf(recommend(uses)), 'p');
const allow = (Action: unknown, Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

const learnedOf = (...calls: Call[]) => {
  const one = createLearner();
  for (const seen of calls) one.observe(seen);
  return one.document().functions.resize!;
};

describe('a policy against what was used', () => {
  it('grants nothing that a ceiling does not let through, and leaves nothing of it unused', () => {
    const wide = policy(allow(['s3:DeleteObject', 'iam:PassRole'], '*'));
    const boundary = policy(allow(['s3:*', 'dynamodb:*'], '*'));
    const { unused, ungranted } = diffPolicy([recommended, wide], uses, [[boundary]]);
    expect(unused).toEqual([{ action: 's3:DeleteObject', resources: ['*'], risk: 'data write' }]);
    expect(ungranted).toEqual([]);
  });

  it('is as narrow as its ceilings, and names the uses above them', () => {
    const photos = policy(allow('s3:*', 'arn:aws:s3:::photos/*'), allow('dynamodb:*', '*'));
    const open = [policy(allow('*', '*'))];
    const { unused } = diffPolicy([recommended, policy(allow('s3:DeleteObject', '*'))], uses, [open, [photos]]);
    expect(unused).toEqual([{ action: 's3:DeleteObject', resources: ['arn:aws:s3:::photos/*'], risk: 'data write' }]);
    const denying = policy(allow('*', '*'), { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' });
    expect(diffPolicy([recommended], uses, [[denying]]).ungranted.map(({ action }) => action)).toEqual([
      'dynamodb:PutItem',
    ]);
    expect(diffPolicy([recommended], uses, [[policy(allow('s3:*', '*'))]]).ungranted).toHaveLength(1);
  });

  it('lets a ceiling mean actions that the reference does not name', () => {
    const strange = usageOf('resize', learnedOf(aws('s3', 'FlyToTheMoon', 'arn:aws:s3:::photos'))).uses;
    const granted = policy(allow('s3:FlyToTheMoon', 'arn:aws:s3:::photos'));
    expect(diffPolicy([granted], strange, [[policy(allow('s3:*', '*'))]])).toMatchObject({
      ungranted: [],
      distance: 0,
    });
  });

  it('has nothing to say of the recommended one', () => {
    expect(diffPolicy([recommended], uses)).toEqual({ unused: [], wide: [], ungranted: [], distance: 0 });
  });

  it('finds the permissions that nobody used, worst first', () => {
    const { unused, distance } = diffPolicy(
      [recommended, policy(allow(['s3:DeleteObject', 'iam:PassRole', 'secretsmanager:GetSecretValue'], '*'))],
      uses,
    );
    expect(unused).toEqual([
      { action: 'iam:PassRole', resources: ['*'], risk: 'privilege escalation' },
      { action: 'secretsmanager:GetSecretValue', resources: ['*'], risk: 'secrets' },
      { action: 's3:DeleteObject', resources: ['*'], risk: 'data write' },
    ]);
    expect(distance).toBeGreaterThan(0.5);
  });

  it('takes wildcards of actions apart', () => {
    const { unused } = diffPolicy([policy(allow('dynamodb:*', arn('dynamodb', 'table/Pictures')))], uses);
    const actions = unused.map(({ action }) => action);
    expect(actions).toContain('dynamodb:Scan');
    expect(actions).not.toContain('dynamodb:PutItem');
  });

  it('finds a resource that nobody used although the action is', () => {
    const { unused } = diffPolicy([recommended, policy(allow('s3:GetObject', 'arn:aws:s3:::backups/*'))], uses);
    expect(unused).toEqual([{ action: 's3:GetObject', resources: ['arn:aws:s3:::backups/*'], risk: 'data read' }]);
  });

  it('tells what is granted on more than is used', () => {
    const { wide, unused } = diffPolicy([policy(allow('s3:GetObject', '*'))], uses);
    expect(unused).toEqual([]);
    expect(wide).toEqual([
      { action: 's3:GetObject', granted: ['*'], used: ['arn:aws:s3:::photos/uploads/*.jpg'], risk: 'data read' },
    ]);
  });

  it('finds what is used and not granted', () => {
    const { ungranted } = diffPolicy([policy(allow('s3:*', 'arn:aws:s3:::photos/thumbs/*'))], uses);
    expect(ungranted).toEqual([
      { action: 'dynamodb:PutItem', resources: [arn('dynamodb', 'table/Pictures')] },
      { action: 's3:GetObject', resources: ['arn:aws:s3:::photos/uploads/*.jpg'] },
    ]);
  });

  it('counts a Deny', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
    expect(diffPolicy([recommended, policy(deny)], uses).ungranted.map(({ action }) => action)).toEqual([
      's3:GetObject',
      's3:PutObject',
    ]);
    expect(diffPolicy([recommended, policy(allow('s3:DeleteObject', '*'), deny)], uses).unused).toEqual([]);
  });

  it('grows from 0 to 1 as a policy gets further from the need', () => {
    const distances = [
      [recommended],
      [recommended, policy(allow('s3:GetObject', 'arn:aws:s3:::photos/*'))],
      [recommended, policy(allow('s3:*', 'arn:aws:s3:::photos/*'))],
      [recommended, policy(allow('s3:*', '*'))],
      [policy(allow('*', '*'))],
      [policy(allow('ec2:TerminateInstances', '*'))],
    ].map((policies) => diffPolicy(policies, uses).distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBe(0);
    expect(distances.at(-1)).toBe(1);
  });
});

describe('counterfactual replay', () => {
  const replay = (policies: Parameters<typeof diffPolicy>[0], calls: readonly Call[]) => {
    const counted = new Replay({ policies, boundary: null });
    for (const one of calls) counted.see(one);
    return counted;
  };

  it('denies none of the calls that the policy was made of', () => {
    expect(replay([recommended], work)).toMatchObject({ calls: work.length, denied: [] });
  });

  it('names the calls that would have been denied', () => {
    const other = get('backups/all.tgz', { id: 'c-9' });
    const { denied } = replay([recommended], [...work, other]);
    expect(denied).toMatchObject([{ call: { id: 'c-9' }, action: 's3:GetObject', denial: 'implicit' }]);
  });

  it('leaves out what other keys signed and what was refused before', () => {
    const seen = replay(
      [recommended],
      [
        get('backups/a', { accessKeyId: 'ASIAOTHER' }),
        get('backups/a', { errorCode: 'AccessDenied' }),
        get('backups/a', { verdict: 'block' }),
      ],
    );
    expect(seen).toMatchObject({ calls: 0, denied: [], foreign: 1, refusedBefore: 2 });
  });

  it('denies what could not be named, unless everything is allowed', () => {
    const unnamed = aws('s3', '*', '*', { certainty: 'ambiguous', operation: null });
    expect(replay([recommended], [unnamed]).denied).toHaveLength(1);
    expect(replay([policy(allow('s3:*', '*'))], [unnamed]).denied).toHaveLength(0);
  });
});
