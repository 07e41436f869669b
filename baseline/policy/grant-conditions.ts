import { LEADING_KEYS } from '../names/prefix.ts';
import type { Condition } from './document.ts';
import type { Use } from './usage.ts';

/** Conditions that the evidence supports; null where there is none to add. */
export function policyConditions(use: Use, all: readonly Use[]): Condition | null {
  if (use.prefix !== null && PREFIXED.has(use.action))
    return { StringLike: { 's3:prefix': oneOrMany(prefixesOf(use, all)) } };
  // With the quantifier as AWS writes it: the key has several values where a call is about several items
  if (use.prefix !== null && LEADING_KEYS.has(use.action))
    return { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': oneOrMany(prefixesOf(use, all).map(likeKey)) } };
  if (use.action === 'iam:PassRole') {
    const services = passedTo(all);
    return services.length === 0 ? null : { StringEquals: { 'iam:PassedToService': oneOrMany(services) } };
  }
  // No resource to hold on to: the region at least
  if (use.arn === '*' && use.regions !== null && !GLOBAL.has(use.action.slice(0, use.action.indexOf(':'))))
    return { StringEquals: { 'aws:RequestedRegion': oneOrMany(use.regions) } };
  return null;
}

/** AWS has the key s3:prefix for these only. */
const PREFIXED: ReadonlySet<string> = new Set(['s3:ListBucket', 's3:ListBucketVersions']);

/** All prefixes of one action on one bucket stand in one condition. */
function prefixesOf(use: Use, all: readonly Use[]): string[] {
  const prefixes = all
    .filter(({ action, arn, prefix }) => action === use.action && arn === use.arn && prefix !== null)
    .map(({ prefix }) => prefix!);
  return [...new Set(prefixes)].sort();
}

/** A kind of thing (`USER#`) begins many keys. */
const likeKey = (prefix: string): string => (prefix.endsWith('#') ? `${prefix}*` : prefix);

/** Services with one endpoint for all regions, or whose endpoint says nothing of where the thing is. */
const GLOBAL: ReadonlySet<string> = new Set([
  'iam',
  'sts',
  's3',
  'cloudfront',
  'route53',
  'route53domains',
  'organizations',
  'account',
  'budgets',
  'ce',
  'globalaccelerator',
  'health',
  'support',
  'shield',
  'waf',
  'wafv2',
  'ecr-public',
  'pricing',
  'trustedadvisor',
]);

/** Who takes a role when this action is called, as AWS names the service. */
const TAKERS: readonly (readonly [RegExp, string])[] = [
  [/^lambda:(?:CreateFunction|UpdateFunctionConfiguration)$/, 'lambda.amazonaws.com'],
  [/^ecs:(?:RunTask|StartTask|RegisterTaskDefinition|CreateService|UpdateService)$/, 'ecs-tasks.amazonaws.com'],
  [/^states:(?:Create|Update)StateMachine$/, 'states.amazonaws.com'],
  [/^glue:(?:Create|Update)(?:Job|Crawler|DevEndpoint)$/, 'glue.amazonaws.com'],
  [/^ec2:(?:RunInstances|AssociateIamInstanceProfile)$/, 'ec2.amazonaws.com'],
  [/^sagemaker:Create\w+$/, 'sagemaker.amazonaws.com'],
  [/^events:Put(?:Targets|Rule)$/, 'events.amazonaws.com'],
  [/^scheduler:(?:Create|Update)Schedule$/, 'scheduler.amazonaws.com'],
  [/^codebuild:(?:Create|Update)Project$/, 'codebuild.amazonaws.com'],
  [/^mediaconvert:CreateJob$/, 'mediaconvert.amazonaws.com'],
  [/^firehose:CreateDeliveryStream$/, 'firehose.amazonaws.com'],
  [/^pipes:(?:Create|Update)Pipe$/, 'pipes.amazonaws.com'],
  [/^elasticmapreduce:RunJobFlow$/, 'elasticmapreduce.amazonaws.com'],
  [/^transcribe:Start\w+$/, 'transcribe.amazonaws.com'],
  [/^bedrock:CreateModel\w+Job$/, 'bedrock.amazonaws.com'],
];

const passedTo = (all: readonly Use[]): string[] =>
  TAKERS.filter(([pattern]) => all.some(({ action }) => pattern.test(action))).map(([, service]) => service);

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? values[0]! : values;
