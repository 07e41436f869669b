import type { Severity } from '../../finding.ts';
import type { Statement } from '../document.ts';

/** What deployment templates say about who may do what, whatever language they are written in. */
export interface AuditModel {
  readonly roles: readonly AuditRole[];
  readonly functions: readonly AuditFunction[];
  /** Policies that belong to no role here: managed policies, plain documents, those of users and groups. */
  readonly policies: readonly AuditPolicy[];
  /** Policies of buckets, queues, topics, keys, secrets and their like. */
  readonly resourcePolicies: readonly ResourcePolicy[];
  /** Statements in a form of their own: Lambda permissions, access lists, function URLs. */
  readonly exposures: readonly Exposure[];
}

/** Where something stands. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Logical id, address or name. */
  readonly resource: string;
}

export interface PlacedStatement {
  readonly place: Place;
  readonly statement: Statement;
}

export interface AuditPolicy {
  readonly place: Place;
  readonly statements: readonly PlacedStatement[];
}

export interface AuditRole {
  readonly place: Place;
  /** Key by which functions name it. */
  readonly id: string;
  readonly statements: readonly PlacedStatement[];
  /** ARNs or names of managed policies. */
  readonly managed: readonly { readonly place: Place; readonly name: string }[];
  /** Who may assume it; null where it is not said. */
  readonly trust: readonly PlacedStatement[] | null;
}

export interface AuditFunction {
  readonly place: Place;
  /** `id` of its role, or the role's ARN; null where the template makes one for it alone. */
  readonly role: string | null;
  readonly sensor: boolean;
  readonly environment: readonly { readonly place: Place; readonly name: string; readonly value: string }[];
}

export interface ResourcePolicy extends AuditPolicy {
  /** What it belongs to, in a word: bucket, queue, key. */
  readonly kind: string;
}

export interface Exposure {
  readonly place: Place;
  readonly kind: 'function-url' | 'lambda-permission' | 'layer-permission' | 'acl';
  /** `*`, an account, an ARN or a service; for lists the name of the list. */
  readonly principal: string;
  /** True where a condition narrows it: source ARN, source account, organization. */
  readonly narrowed: boolean;
}

export interface AuditFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly resource: string;
  /** One sentence. */
  readonly message: string;
  /** What to do, one sentence. */
  readonly fix: string;
}

export interface Rule {
  readonly id: string;
  /** What the rule finds, as a title. */
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly fix: string;
  check(model: AuditModel, context: AuditContext): Iterable<Found>;
}

export interface AuditContext {
  /** The account that the template is for; null where it is not known. */
  readonly account: string | null;
}

export interface Found {
  readonly place: Place;
  readonly message: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
}
