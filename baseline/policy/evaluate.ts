import { type Context, conditionsHold } from './condition.ts';
import type { Policy, Statement } from './document.ts';
import { absorbs, absorbsArn } from './glob.ts';

/** One action on one resource. */
export interface AccessRequest {
  readonly action: string;
  /** ARN; `*` where the request names none. A part that is not known is `*`. */
  readonly resource: string;
  readonly context: Context;
}

/** What a principal has: all identity policies together, and the ceilings above them. */
export interface Grants {
  readonly policies: readonly Policy[];
  /** Permissions boundary; null without one. */
  readonly boundary: Policy | null;
  /** Service control policies, by level (root, organizational units, account): each level must allow. */
  readonly controls?: readonly Ceiling[];
}

/** Policies of one level: what one of them allows is below the ceiling. */
export type Ceiling = readonly Policy[];

/** Everything that must allow what the policies grant. */
export const ceilingsOf = ({ boundary, controls = [] }: Grants): readonly Ceiling[] =>
  boundary === null ? controls : [[boundary], ...controls];

export interface Decision {
  readonly allowed: boolean;
  /** implicit: nothing allows it. explicit: a Deny does. boundary, control: that ceiling does not allow it. */
  readonly denial: 'implicit' | 'explicit' | 'boundary' | 'control' | null;
  /** The statement that decided, where there is one. */
  readonly statement: Statement | null;
  /** Condition keys that the record does not have; they were taken as fulfilled in Allow, as not fulfilled in Deny. */
  readonly assumed: readonly string[];
}

/** IAM's evaluation of identity policies in one account: a Deny wins, then an Allow must be found, in the boundary another, and one in each level of the organization. */
export function evaluate(grants: Grants, request: AccessRequest): Decision {
  const asked = new Set<string>();
  const decided = (allowed: boolean, denial: Decision['denial'], statement: Statement | null): Decision => ({
    allowed,
    denial,
    statement,
    assumed: [...asked],
  });
  const all = grants.boundary === null ? grants.policies : [...grants.policies, grants.boundary];
  const explicit = firstDeny(all, request, asked);
  if (explicit !== null) return decided(false, 'explicit', explicit);
  const { controls = [] } = grants;
  const controlled = firstDeny(controls.flat(), request, asked);
  if (controlled !== null) return decided(false, 'control', controlled);
  const allow = firstAllow(grants.policies, request, asked);
  if (allow === null) return decided(false, 'implicit', null);
  if (grants.boundary !== null && firstAllow([grants.boundary], request, asked) === null)
    return decided(false, 'boundary', null);
  if (controls.some((level) => firstAllow(level, request, asked) === null)) return decided(false, 'control', null);
  return decided(true, null, allow);
}

function firstDeny(policies: readonly Policy[], request: AccessRequest, asked: Set<string>): Statement | null {
  for (const policy of policies) {
    for (const statement of policy)
      if (statement.effect === 'Deny' && applies(statement, request, asked) === true) return statement;
  }
  return null;
}

function firstAllow(policies: readonly Policy[], request: AccessRequest, asked: Set<string>): Statement | null {
  let doubtful: { statement: Statement; keys: Set<string> } | null = null;
  for (const policy of policies) {
    for (const statement of policy) {
      if (statement.effect !== 'Allow') continue;
      const keys = new Set<string>();
      const truth = applies(statement, request, keys);
      if (truth === true) return statement;
      if (truth === 'unknown') doubtful ??= { statement, keys };
    }
  }
  if (doubtful === null) return null;
  for (const key of doubtful.keys) asked.add(key);
  return doubtful.statement;
}

const applies = (statement: Statement, request: AccessRequest, asked: Set<string>) =>
  meansAction(statement, request.action) &&
  meansResource(statement, request.resource) &&
  conditionsHold(statement.conditions, request.context, asked);

/** Actions are compared without regard to case. */
export function meansAction(statement: Statement, action: string): boolean {
  const name = action.toLowerCase();
  if (statement.actions !== null) return statement.actions.some((pattern) => absorbs(pattern.toLowerCase(), name));
  return !(statement.notActions ?? []).some((pattern) => absorbs(pattern.toLowerCase(), name));
}

export function meansResource(statement: Statement, resource: string): boolean {
  if (statement.notResources !== null) return !statement.notResources.some((pattern) => absorbsArn(pattern, resource));
  // Without a Resource element it is the policy of a resource, and means that one
  return statement.resources === null || statement.resources.some((pattern) => grantsOn(pattern, resource));
}

/** AWS takes `arn:aws:s3:::*` for S3's actions that have no resource. */
const grantsOn = (pattern: string, resource: string): boolean =>
  absorbsArn(pattern, resource) || (resource === '*' && /^arn:[\w*-]+:s3:::\*$/.test(pattern));
