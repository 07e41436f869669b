import { type Detector, NONE } from './detector.ts';
import { ENUMERATES } from './techniques.ts';

/**
 * Known shapes of attacks: what several strange actions of one invocation amount to together. Strange is what the function has never used, or hardly ever; what is its
 * daily work is never part of a shape. Each action was told by itself already: this names the story, once.
 */
export const shape: Detector = {
  name: 'shape',
  when: 'after',
  inspect(call, normal, { tally }) {
    if (normal.model.actions.size === 0) return NONE;
    let found = NONE;
    for (const { action, resources } of call.access) {
      if (normal.action(action) !== undefined && !normal.support.actions.has(action)) continue;
      if (tally.strange.has(action) || tally.strange.size >= MAX_STRANGE) continue;
      tally.strange.add(action);
      for (const { name, parts, sentence, techniques } of SHAPES) {
        // Complete with this very action, not before
        const matching = parts.map(({ of }) => [...tally.strange].filter((one) => of.test(one)));
        if (!parts.every(({ atLeast }, i) => matching[i]!.length >= atLeast)) continue;
        if (parts.every(({ atLeast }, i) => matching[i]!.filter((one) => one !== action).length >= atLeast)) continue;
        found = [
          ...found,
          {
            detector: 'shape',
            kind: 'unusual',
            key: `shape: ${name}`,
            severity: 'high',
            score: 0.97,
            action,
            resource: resources[0] ?? null,
            reason: `${sentence}: ${[...new Set(matching.flat())].slice(0, 6).join(', ')} in one invocation`,
            techniques,
            about: 'call',
          },
        ];
      }
    }
    return found;
  },
};

interface Shape {
  readonly name: string;
  readonly parts: readonly { readonly of: RegExp; readonly atLeast: number }[];
  readonly sentence: string;
  readonly techniques: readonly string[];
}

const ESCALATES =
  /^iam:(?:Attach|Put\w*Policy|CreatePolicyVersion|SetDefaultPolicyVersion|UpdateAssumeRolePolicy|AddUserToGroup|CreateAccessKey|CreateLoginProfile|CreateUser|CreateRole|PassRole)|^lambda:(?:AddPermission|CreateFunction|UpdateFunctionCode)/;
const USES_RIGHTS = /^sts:|^iam:(?:CreateAccessKey|CreateLoginProfile|List|Get)|^lambda:Invoke|^ec2:RunInstances/;
const SWITCHES_OFF =
  /^cloudtrail:(?:Stop|Delete|Update|Put)|^guardduty:(?:Delete|Stop|Disassociate|Update)|^config:(?:Delete|Stop)|^securityhub:(?:Disable|Delete)|^logs:Delete|^ec2:DeleteFlowLogs|^events:(?:Delete|Disable)Rule/;
const PREPARES_RANSOM =
  /^s3:(?:ListBucketVersions|GetBucketVersioning|PutBucketVersioning|PutLifecycleConfiguration|PutEncryptionConfiguration|ListAllMyBuckets)|^kms:(?:CreateKey|ScheduleKeyDeletion|DisableKey|PutKeyPolicy)|^(?:rds|backup|dynamodb):(?:Describe|List)/;
const DESTROYS =
  /:(?:Delete(?:Object|Objects|ObjectVersion|Bucket|Table|Backup|RecoveryPoint|DBInstance|DBCluster|Snapshot|Volume)\w*|TerminateInstances|PurgeQueue)$/;

const SHAPES: readonly Shape[] = [
  {
    name: 'reconnaissance',
    parts: [{ of: ENUMERATES, atLeast: 3 }],
    sentence: 'Somebody is looking around with this role',
    techniques: ['T1580', 'T1526', 'T1087.004'],
  },
  {
    name: 'rights taken and used',
    parts: [
      { of: ESCALATES, atLeast: 1 },
      { of: USES_RIGHTS, atLeast: 1 },
    ],
    sentence: 'Rights are taken and tried out',
    techniques: ['T1098', 'T1078.004'],
  },
  {
    name: 'watchers switched off',
    parts: [
      { of: SWITCHES_OFF, atLeast: 1 },
      { of: /./, atLeast: 2 },
    ],
    sentence: 'Logging or detection is switched off beside other new actions',
    techniques: ['T1562.008'],
  },
  {
    name: 'destruction prepared and done',
    parts: [
      { of: PREPARES_RANSOM, atLeast: 1 },
      { of: DESTROYS, atLeast: 1 },
    ],
    sentence: 'Data is found, made ready and destroyed',
    techniques: ['T1485', 'T1486', 'T1490'],
  },
  {
    name: 'secrets swept',
    parts: [
      { of: /^(?:secretsmanager:ListSecrets|ssm:DescribeParameters|secretsmanager:BatchGetSecretValue)$/, atLeast: 1 },
      { of: /^(?:secretsmanager:(?:Batch)?GetSecretValue|ssm:GetParameters?(?:ByPath)?|kms:Decrypt)$/, atLeast: 1 },
    ],
    sentence: 'Secrets are listed and read',
    techniques: ['T1555.006'],
  },
];

const MAX_STRANGE = 64;
