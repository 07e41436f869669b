import type { Finding } from '../../baseline/finding.ts';

/** One statement of an IAM policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Statements {
  /** What the role would need for this call. */
  readonly allow: Statement;
  /** What would take it away, whatever else the role may do. */
  readonly forbid: Statement;
}

/** Between a bucket and the prefix of a list call, in the resource of a finding. */
const PREFIX = '?prefix=';

/** What it finds is unusual only in its order, number or time: the function needs its right to it every day. */
export const isWithinScope = (detector: string): boolean => WITHIN_SCOPE.has(detector);

const WITHIN_SCOPE: ReadonlySet<string> = new Set([
  'volume',
  'order',
  'company',
  'drift',
  'omission',
  'hours',
  'age',
  'errors',
]);

/**
 * The statements that would allow and forbid exactly what the finding is about. Null where no statement on the role could: egress, keys that are not the
 * role's, requests that have no certain name, findings about no action, and what is normal but for its order, number or time.
 */
export function statementsOf(finding: Finding): Statements | null {
  const { action, detector } = finding;
  if (action === null || !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) return null;
  if (detector === 'credential' || detector === 'certainty' || isWithinScope(detector)) return null;
  const [resource, prefix] = split(finding.resource);
  const region = detector === 'region' ? /^region (\S+)$/.exec(finding.key)?.[1] : undefined;
  const equals = region === undefined ? undefined : { StringEquals: { 'aws:RequestedRegion': region } };
  const like = prefix === null ? undefined : { StringLike: { 's3:prefix': escaped(`${prefix}*`) } };
  const condition = equals === undefined && like === undefined ? {} : { Condition: { ...equals, ...like } };
  const name = action.replace(/^(.)/, (c) => c.toUpperCase()).replace(/[^A-Za-z0-9]/g, '');
  const common = { Action: action, Resource: resource, ...condition };
  return {
    allow: { Sid: `Allow${name}`, Effect: 'Allow', ...common },
    forbid: { Sid: `Deny${name}`, Effect: 'Deny', ...common },
  };
}

/** A finding's resource as IAM writes it. What the request left open is `*` in both. */
function split(resource: string | null): [resource: string, prefix: string | null] {
  if (resource === null || !resource.startsWith('arn:')) return ['*', null];
  const at = resource.indexOf(PREFIX);
  const arn = escaped((at < 0 ? resource : resource.slice(0, at)).replaceAll('%7B', '{').replaceAll('%7D', '}'));
  return [arn, at < 0 ? null : resource.slice(at + PREFIX.length)];
}

/** `${` begins a policy variable; a dollar sign in a name is written `${$}`. */
const escaped = (text: string): string => text.replace(/\$(?=\{)/g, () => '$' + '{$}');
