import { expandAction, iamAction } from './actions.ts';
import type { Policy, Statement } from './document.ts';
import { type Ceiling, meansAction } from './evaluate.ts';
import { absorbsArn, overlapsArn } from './glob.ts';
import { type PolicyRisk, policyRisk, RISKS, WEIGHT } from './risk.ts';
import type { Use } from './usage.ts';

export interface UnusedGrant {
  readonly action: string;
  /** What the policy grants it on, and nobody used. */
  readonly resources: readonly string[];
  readonly risk: PolicyRisk;
}

export interface UngrantedUse {
  readonly action: string;
  readonly resources: readonly string[];
}

/** An action that is used, but granted on more than that. */
export interface WideGrant {
  readonly action: string;
  readonly granted: readonly string[];
  readonly used: readonly string[];
  readonly risk: PolicyRisk;
}

export interface PolicyDiff {
  readonly unused: readonly UnusedGrant[];
  readonly wide: readonly WideGrant[];
  readonly ungranted: readonly UngrantedUse[];
  /** 0: grants what is used and nothing else. 1: nothing in common. */
  readonly distance: number;
}

/** A diff in figures. */
export interface PolicySummary {
  readonly unused: number;
  readonly unusedByRisk: ReadonlyMap<PolicyRisk, number>;
  readonly ungranted: number;
  readonly distance: number;
}

/**
 * The same policies against the use of many functions: what they grant is worked out once, and each function costs what it uses, not what is granted.
 */
export class GrantedPolicies {
  readonly policies: readonly Policy[];
  readonly #statements: readonly Statement[];
  readonly #grants: ReadonlyMap<string, Grant>;
  readonly #byRisk = new Map<PolicyRisk, number>();
  #all = 0;

  constructor(policies: readonly Policy[]) {
    this.policies = policies;
    this.#statements = policies.flat();
    this.#grants = grantsOf(this.#statements);
    for (const { action, resources } of this.#grants.values()) {
      const risk = policyRisk(action);
      this.#byRisk.set(risk, (this.#byRisk.get(risk) ?? 0) + 1);
      this.#all += WEIGHT[risk] * breadth(resources, isScoped(action));
    }
  }

  diff(uses: readonly Use[]): PolicyDiff {
    return diffPolicy(this.policies, uses);
  }

  summary(uses: readonly Use[]): PolicySummary {
    const unusedByRisk = new Map(this.#byRisk);
    let common = 0;
    let all = this.#all;
    let ungranted = 0;
    for (const own of byAction(uses).values()) {
      const { action } = own[0]!;
      const risk = policyRisk(action);
      const scoped = isScoped(action);
      const used = breadth(arnsOf(own), scoped);
      const grant = this.#grants.get(action.toLowerCase());
      const granted = grant === undefined ? 0 : breadth(grant.resources, scoped);
      common += WEIGHT[risk] * Math.min(granted, used);
      all += WEIGHT[risk] * (Math.max(granted, used) - granted);
      if (own.some((use) => use.implied !== true && !isGranted(this.#statements, use))) ungranted++;
      if (grant !== undefined && idleOf(grant, own, scoped).length === 0)
        unusedByRisk.set(risk, unusedByRisk.get(risk)! - 1);
    }
    const unused = [...unusedByRisk.values()].reduce((sum, count) => sum + count, 0);
    return { unused, unusedByRisk, ungranted, distance: distanceOf(common, all) };
  }
}

/** What policies grant, below these ceilings, against what was used. Conditions of Allow statements are taken as fulfilled. */
export function diffPolicy(
  policies: readonly Policy[],
  uses: readonly Use[],
  ceilings: readonly Ceiling[] = [],
): PolicyDiff {
  const statements = policies.flat();
  const denials = ceilings.flat(2).filter(({ effect }) => effect === 'Deny');
  const granted = narrowed(grantsOf([...statements, ...denials]), ceilings);
  const used = byAction(uses);

  const unused: UnusedGrant[] = [];
  const wide: WideGrant[] = [];
  let common = 0;
  let all = 0;
  for (const { action, resources } of granted.values()) {
    const risk = policyRisk(action);
    const own = used.get(action.toLowerCase()) ?? [];
    const scoped = isScoped(action);
    const idle = idleOf({ action, resources }, own, scoped);
    if (idle.length > 0) unused.push({ action, resources: idle, risk });
    const patterns = arnsOf(own);
    const touched = resources.filter((pattern) => !idle.includes(pattern));
    const wider =
      own.length === 0 ? [] : touched.filter((pattern) => !patterns.some((one) => absorbsArn(one, pattern)));
    if (scoped && wider.length > 0) wide.push({ action, granted: wider, used: patterns, risk });
    const [g, u] = [breadth(resources, scoped), own.length === 0 ? 0 : breadth(patterns, scoped)];
    common += WEIGHT[risk] * Math.min(g, u);
    all += WEIGHT[risk] * Math.max(g, u);
  }
  const ungranted: UngrantedUse[] = [];
  for (const own of used.values()) {
    const missing = own.filter(
      (use) =>
        use.implied !== true &&
        ![policies, ...ceilings].every((level) => isGranted([...level.flat(), ...denials], use)),
    );
    const action = own[0]!.action;
    if (missing.length > 0) ungranted.push({ action, resources: arnsOf(missing) });
    if (!granted.has(action.toLowerCase())) all += WEIGHT[policyRisk(action)] * breadth(arnsOf(own), isScoped(action));
  }
  const byRisk = (a: { risk: PolicyRisk; action: string }, b: { risk: PolicyRisk; action: string }) =>
    RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk) || (a.action < b.action ? -1 : 1);
  return {
    unused: unused.sort(byRisk),
    wide: wide.sort(byRisk),
    ungranted: ungranted.sort((a, b) => (a.action < b.action ? -1 : 1)),
    distance: distanceOf(common, all),
  };
}

const distanceOf = (common: number, all: number): number => (all === 0 ? 0 : Number((1 - common / all).toFixed(4)));

const isScoped = (action: string): boolean => iamAction(action)?.resources !== false;

const arnsOf = (uses: readonly Use[]): string[] => [...new Set(uses.map(({ arn }) => arn))];

function byAction(uses: readonly Use[]): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of uses) {
    const key = use.action.toLowerCase();
    const known = found.get(key);
    if (known === undefined) found.set(key, [use]);
    else known.push(use);
  }
  return found;
}

/** Of a grant's resources those that nobody used. */
function idleOf({ resources }: Grant, own: readonly Use[], scoped: boolean): readonly string[] {
  if (own.length === 0) return resources;
  return scoped ? resources.filter((pattern) => !own.some(({ arn }) => overlapsArn(pattern, arn))) : [];
}

interface Grant {
  readonly action: string;
  readonly resources: readonly string[];
}

/** Every single action that the Allow statements mean and no Deny takes back wholly, with where it is granted. */
export function grantsOf(statements: readonly Statement[]): Map<string, Grant> {
  const grants = new Map<string, { action: string; resources: Set<string> }>();
  for (const statement of statements) {
    if (statement.effect !== 'Allow') continue;
    const resources = statement.resources ?? ['*'];
    for (const action of actionsMeant(statement)) {
      const key = action.toLowerCase();
      const known = grants.get(key) ?? { action, resources: new Set<string>() };
      grants.set(key, known);
      for (const resource of resources) known.resources.add(resource);
    }
  }
  const denials = statements.filter(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0);
  const found = new Map<string, Grant>();
  for (const [key, { action, resources }] of grants) {
    const left =
      denials.length === 0 ? resources : [...resources].filter((pattern) => !isDenied(denials, action, pattern));
    const kept = withoutAbsorbed([...left]);
    if (kept.length > 0) found.set(key, { action, resources: kept });
  }
  return found;
}

/** What is left of grants below ceilings: of each pattern the part that every one of them allows. */
function narrowed(grants: Map<string, Grant>, ceilings: readonly Ceiling[]): Map<string, Grant> {
  for (const ceiling of ceilings) {
    const above = grantsOf(ceiling.flat());
    for (const [key, { action, resources }] of [...grants]) {
      // An action that AWS's reference does not name is in no list: the statement's pattern may mean it all the same
      const top = above.get(key)?.resources ?? (iamAction(action) === null ? allowedOn(ceiling, action) : []);
      const left = resources.flatMap((pattern) => {
        if (top.some((one) => absorbsArn(one, pattern))) return [pattern];
        const within = top.filter((one) => absorbsArn(pattern, one));
        return within.length === 0 && top.some((one) => overlapsArn(one, pattern)) ? [pattern] : within;
      });
      if (left.length === 0) grants.delete(key);
      else grants.set(key, { action, resources: withoutAbsorbed([...new Set(left)]) });
    }
  }
  return grants;
}

const allowedOn = (ceiling: Ceiling, action: string): readonly string[] =>
  ceiling
    .flat()
    .filter((statement) => statement.effect === 'Allow' && meansAction(statement, action))
    .flatMap(({ resources }) => resources ?? ['*']);

const isDenied = (denials: readonly Statement[], action: string, resource: string): boolean =>
  denials.some(
    (denial) =>
      meansAction(denial, action) &&
      (denial.notResources === null
        ? (denial.resources ?? ['*']).some((pattern) => absorbsArn(pattern, resource))
        : !denial.notResources.some((pattern) => overlapsArn(pattern, resource))),
  );

function actionsMeant(statement: Statement): readonly string[] {
  if (statement.actions !== null) return statement.actions.flatMap((pattern) => expandAction(pattern));
  return expandAction('*').filter((action) => meansAction(statement, action));
}

const withoutAbsorbed = (patterns: readonly string[]): string[] =>
  patterns.includes('*')
    ? ['*']
    : patterns.filter(
        (one, i) =>
          !patterns.some((other, j) => i !== j && absorbsArn(other, one) && !(j > i && absorbsArn(one, other))),
      );

function isGranted(statements: readonly Statement[], use: Use): boolean {
  const resource = iamAction(use.action)?.resources === false ? '*' : use.arn;
  const denied = statements.some(
    (statement) =>
      statement.effect === 'Deny' && statement.conditions.length === 0 && isDenied([statement], use.action, resource),
  );
  if (denied) return false;
  return statements.some((statement) => {
    if (statement.effect !== 'Allow' || !meansAction(statement, use.action)) return false;
    if (statement.notResources !== null)
      return !statement.notResources.some((pattern) => overlapsArn(pattern, resource));
    return (statement.resources ?? ['*']).some(
      (pattern) => absorbsArn(pattern, resource) || (resource === '*' && /:s3:::\*$/.test(pattern)),
    );
  });
}

/** How much of the world patterns mean, in steps: one thing 1, what lies under one name 2, a kind of things in an account 8, everything 16. */
function breadth(patterns: readonly string[], scoped: boolean): number {
  if (!scoped) return 1;
  const sum = patterns.reduce((total, pattern) => total + breadthOf(pattern), 0);
  return Math.min(EVERYTHING, sum);
}

const EVERYTHING = 16;

function breadthOf(arn: string): number {
  if (!/[*?]/.test(arn)) return 1;
  if (arn === '*') return EVERYTHING;
  const parts = arn.split(':');
  const resource = parts.slice(5).join(':');
  const name = parts[2] === 's3' ? (resource.split('/')[0] ?? '') : resource;
  if (parts.length < 6 || resource === '*' || parts[2]!.includes('*')) return 12;
  const open = /[*?]/.test(name.replace(/^[\w-]+[/:]/, '').split('/')[0] ?? '');
  return open ? 8 : 2;
}
