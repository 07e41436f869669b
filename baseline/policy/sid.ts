import { own } from '../own.ts';
import type { AccessLevel } from './actions.ts';
import { iamAction } from './actions.ts';

/** A name that a person would give: what is done, to what. Letters and digits only, as IAM wants it. */
export function sidFor(actions: readonly string[], resources: readonly string[]): string {
  const service = serviceWord(actions[0]!.slice(0, actions[0]!.indexOf(':')));
  const names = [...new Set(resources.map(nameOf).filter((name) => name !== ''))];
  const first = names[0] ?? '';
  const more = names.length > 1 ? `And${names.length - 1}More` : '';
  return `${service}${verbOf(actions)}${first}${more}`.slice(0, MAX_LENGTH);
}

/** The same for many statements, each name once. */
export function uniqueSids(sids: readonly string[]): string[] {
  const used = new Set<string>();
  return sids.map((sid) => {
    let name = sid;
    for (let i = 2; used.has(name); i++) name = `${sid}${i}`;
    used.add(name);
    return name;
  });
}

const MAX_LENGTH = 64;

const VERBS: Readonly<Record<AccessLevel, string>> = {
  read: 'Read',
  list: 'List',
  write: 'Write',
  permissions: 'Manage',
  tagging: 'Tag',
};
const ORDER: readonly AccessLevel[] = ['list', 'read', 'write', 'tagging', 'permissions'];

function verbOf(actions: readonly string[]): string {
  if (actions.length === 1) return words(actions[0]!.slice(actions[0]!.indexOf(':') + 1));
  if (actions[0]!.startsWith('kms:')) return 'Use';
  const levels = new Set(actions.map((action) => iamAction(action)?.level ?? 'write'));
  return ORDER.filter((level) => levels.has(level))
    .map((level) => VERBS[level])
    .join('');
}

const WORDS: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  s3: 'S3',
  sqs: 'SQS',
  sns: 'SNS',
  kms: 'KMS',
  ses: 'SES',
  sts: 'STS',
  iam: 'IAM',
  ssm: 'SSM',
  ec2: 'EC2',
  secretsmanager: 'Secrets',
  cloudwatch: 'CloudWatch',
  events: 'EventBridge',
  states: 'StepFunctions',
  execute_api: 'ApiGateway',
};

const serviceWord = (prefix: string): string => own(WORDS, prefix) ?? words(prefix);

/** The name of the thing that an ARN means: bucket, table, queue, parameter; of a unique id its first eight characters. */
function nameOf(arn: string): string {
  if (arn === '*') return '';
  const resource = arn.split(':').slice(5).join(':');
  const [first = '', ...rest] = resource.split(/[/:]/);
  const s3 = arn.split(':')[2] === 's3';
  const fixed = (s3 ? [first] : rest.length > 0 ? rest : [first]).filter((part) => !/[*?$]/.test(part) && part !== '');
  return words(fixed.slice(0, 3).map(shortened).join('-')).slice(0, 40);
}

const shortened = (name: string): string => (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(name) ? name.slice(0, 8) : name);

/** `prd/payments-Cg0o7U` → `PrdPaymentsCg0o7U`. */
const words = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
