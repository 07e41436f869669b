import { own } from '../own.ts';
import type { Condition } from './document.ts';
import type { Reasoned } from './recommend.ts';
import type { Use } from './usage.ts';

/** What a function's role needs besides the function's own calls; no sensor in the function sees these. */
export interface LambdaNeeds {
  /** Name of the function whose log group is meant; null leaves logs out. */
  readonly logsOf: string | null;
  readonly vpc: boolean;
  readonly xray: boolean;
  /** Customer keys that encrypt what the function uses. */
  readonly kmsKeys: readonly string[];
}

export function lambdaNeeds(needs: LambdaNeeds, uses: readonly Use[]): Reasoned[] {
  const found: Reasoned[] = [];
  const add = (
    sid: string,
    actions: string[],
    resources: string[],
    because: string,
    condition: Condition | null = null,
  ) => found.push({ sid, actions, resources, condition, evidence: [], because });
  if (needs.logsOf !== null) {
    const group = `arn:aws:logs:*:*:log-group:/aws/lambda/${needs.logsOf}`;
    add(
      'LambdaWritesLogs',
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      [`${group}:*`],
      'Lambda writes the function’s log with its role',
    );
    add(
      'LambdaCreatesLogGroup',
      ['logs:CreateLogGroup'],
      [group, `${group}:*`],
      'Lambda creates the log group at the first invocation',
    );
  }
  if (needs.vpc) {
    add(
      'LambdaUsesVpc',
      [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      ['*'],
      'Lambda connects the function to its VPC with its role',
    );
  }
  if (needs.xray) {
    add(
      'LambdaSendsTraces',
      ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      ['*'],
      'Lambda sends traces with the function’s role',
    );
  }
  for (const key of needs.kmsKeys) {
    const via = viaServices(uses, key.split(':')[3] ?? '*');
    if (via.length === 0) continue;
    add(
      'KMSUseThroughServices',
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      [key],
      'services that the function uses encrypt with this key on its behalf',
      { StringEquals: { 'kms:ViaService': via.length === 1 ? via[0]! : via } },
    );
  }
  return found;
}

/** Services that call KMS with the caller's permissions. */
const ENCRYPTING: Readonly<Record<string, string>> = {
  s3: 's3',
  dynamodb: 'dynamodb',
  sqs: 'sqs',
  sns: 'sns',
  secretsmanager: 'secretsmanager',
  ssm: 'ssm',
  kinesis: 'kinesis',
  firehose: 'firehose',
  lambda: 'lambda',
  states: 'states',
};

function viaServices(uses: readonly Use[], region: string): string[] {
  const found = new Set<string>();
  for (const { action } of uses) {
    const service = own(ENCRYPTING, action.slice(0, action.indexOf(':')));
    if (service !== undefined) found.add(`${service}.${region}.amazonaws.com`);
  }
  return [...found].sort();
}
