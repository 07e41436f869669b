import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { type Scenario, times } from '../scenario.ts';
import { grown, onceMore, SLOW, steady } from './slow.ts';

export const fourthMimic: readonly Scenario[] = [
  {
    ...SLOW,
    name: 'one-statement-more',
    technique: 'T1030+T1213.006',
    attack: onceMore(
      ['rds-data:BeginTransaction', 'ses:PutSuppressedDestination', 'dynamodb:PutItem'],
      undefined,
      0.65,
    ),
  },
  {
    ...SLOW,
    name: 'one-check-more',
    technique: 'T1030+T1069.003',
    attack: onceMore([
      'verifiedpermissions:IsAuthorized',
      'secretsmanager:GetSecretValue',
      'geo:BatchGetDevicePosition',
    ]),
  },
  {
    ...SLOW,
    name: 'one-picture-more',
    technique: 'T1030+T1496.004',
    attack: onceMore(['rekognition:CompareFaces', 'rekognition:DetectText', 'cloudfront:CreateInvalidation']),
  },
  {
    ...SLOW,
    name: 'one-mark-more',
    technique: 'T1030+T1565.001',
    attack: onceMore(['s3:PutObjectTagging', 'cognito-idp:AdminAddUserToGroup', 'dynamodb:UpdateItem']),
  },
  {
    ...SLOW,
    name: 'one-copy-kept',
    technique: 'T1030+T1074.002',
    attack: onceMore(['s3:CopyObject'], undefined, 0.4),
  },
  {
    ...SLOW,
    name: 'fetched-twice',
    technique: 'T1030+T1530',
    // What the run has read anyway, once again.
    attack: (scene) => {
      const kind = steady(scene, ['s3:GetObject'], 0.6);
      const ask = scene.victim.made.find((it) => it.attack === null && kindOf(it.ask) === kind)?.ask;
      return ask === undefined ? null : [ask];
    },
  },
  {
    ...SLOW,
    name: 'words-in-file-names',
    technique: 'T1030+T1048',
    // Where what is missed is made, misses are quite usual: the name is what is sent.
    attack: (scene) => {
      const { profile, chance } = scene;
      const kind = steady(scene, ['s3:HeadObject'], 0.2);
      const bucketOf = ({ access }: Ask) => access[0]!.resources[0]!.split('/')[0];
      const ask = kind === null ? null : profile.own(kind)!;
      if (ask === null || !profile.all('s3:PutObject').some((made) => bucketOf(made) === bucketOf(ask))) return null;
      const name = ask.access[0]!.resources[0]!.replace(/[0-9a-f]{40}/, () => chance.hex(40));
      return [
        {
          ...ask,
          access: [{ ...ask.access[0]!, resources: [name] }],
          in: chance.about(420, 0.15),
          status: 404,
          errorCode: 'NotFound',
        },
      ];
    },
  },
  {
    ...SLOW,
    name: 'knocking',
    technique: 'T1030+T1580',
    // Refused by a condition on the row or the object, once in a run.
    attack: onceMore(['dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject'], (ask) => ({
      ...ask,
      in: 390,
      status: ask.service === 's3' ? 403 : 400,
      errorCode: ask.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    })),
  },
  {
    ...SLOW,
    name: 'longer-questions',
    technique: 'T1030+T1048',
    alters: true,
    attack: grown(
      [
        'verifiedpermissions:IsAuthorized',
        'ses:SendTemplatedEmail',
        'cloudfront:CreateInvalidation',
        'sqs:SendMessage',
      ],
      (ask) => ({ ...ask, out: ask.out * 3 }),
    ),
  },
  {
    ...SLOW,
    name: 'a-vendor-that-says-more',
    technique: 'T1030+T1105',
    alters: true,
    attack: grown(['egress:CONNECT'], (ask) => ({
      ...ask,
      in: ask.in * 3,
    })),
  },
  {
    ...SLOW,
    name: 'fuller-batches',
    technique: 'T1030+T1213.006',
    alters: true,
    attack: grown(['dynamodb:BatchGetItem', 's3vectors:PutVectors', 'geo:BatchGetDevicePosition'], (ask) => ({
      ...ask,
      items: ask.items * 3,
      in: ask.in * 3,
    })),
  },
  {
    name: 'gone-through-twice',
    technique: 'T1565.001',
    tier: 'mimic',
    place: 'end',
    // The whole flow again for something else, where an invocation is about one thing.
    attack: ({ profile, victim }) => {
      const own = victim.made.filter(({ novelty, ask }) => novelty === null && profile.uses(kindOf(ask)));
      const once = own.every(({ ask }) => profile.perInvocation(kindOf(ask)).most <= 3);
      if (profile.invocations < 250 || !once || own.length < 3 || own.length > 8) return null;
      return own.map(({ ask }) => profile.own(kindOf(ask))!);
    },
  },
  {
    name: 'after-the-commit',
    technique: 'T1565.001',
    tier: 'mimic',
    place: 'end',
    attack: ({ profile, victim, chance }) =>
      victim.made.some(({ ask }) => ask.operation === 'CommitTransaction')
        ? times(chance.whole(2, 5), () => profile.own('rds-data:ExecuteStatement')!)
        : null,
  },
  {
    name: 'called-clean-unread',
    technique: 'T1562.001',
    tier: 'mimic',
    alone: true,
    attack: ({ profile, chance }) =>
      profile.uses('s3:PutObjectTagging') ? times(chance.whole(1, 3), () => profile.own('s3:PutObjectTagging')!) : null,
  },
  {
    name: 'let-through-unlooked',
    technique: 'T1195.002',
    tier: 'mimic',
    alone: true,
    // What is decided, without what the decision needs.
    attack: ({ profile, chance }) => {
      if (profile.invocations < 250) return null;
      const kind = DECISIONS.find((it) => profile.perInvocation(it).share > 0.4);
      return kind === undefined ? null : times(chance.whole(1, 3), () => profile.own(kind)!);
    },
  },
  {
    name: 'two-sign-in-at-once',
    technique: 'T1555.006',
    tier: 'mimic',
    attack: ({ profile, victim, chance }) => {
      const mine = victim.made.find(({ ask, novelty }) => novelty === null && ask.operation === 'GetSecretValue')?.ask;
      if (mine === undefined) return null;
      const secretOf = ({ access }: Ask) => access[0]!.resources[0];
      const others = profile.all('secretsmanager:GetSecretValue').filter((ask) => secretOf(ask) !== secretOf(mine));
      return others.length === 0 ? null : times(chance.whole(1, 3), () => chance.pick(others));
    },
  },
];

const DECISIONS = [
  'codepipeline:PutApprovalResult',
  'cloudfront:CreateInvalidation',
  'sqs:SendMessage',
  's3:DeleteObject',
];
