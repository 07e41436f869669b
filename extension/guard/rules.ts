import type { Call } from '../../baseline/call.ts';
import { isEgress } from '../../baseline/call.ts';
import type { Deviation } from '../../baseline/detect/deviation.ts';
import type { Severity } from '../../baseline/finding.ts';
import { absorbs, overlaps } from '../../baseline/policy/glob.ts';

/** One rule that a person wrote. It stands above what was learned. */
export interface Rule {
  /** Unique in the file; findings name it. */
  readonly name: string;
  readonly effect: RuleEffect;
  readonly match: RuleMatch;
  /** The last day (UTC, YYYY-MM-DD) on which it holds; null holds for ever. */
  readonly until: string | null;
  readonly reason: string | null;
  /** Who answers for it. */
  readonly by: string | null;
}

export type RuleEffect =
  /** What it names is normal, also in block mode. */
  | { readonly kind: 'allow' }
  /** What it names is refused in block mode and told in alert mode, also where it was learned. */
  | { readonly kind: 'block' }
  /** Findings that it names have this severity. */
  | { readonly kind: 'severity'; readonly severity: Severity }
  /** Findings that it names are not told. It lets nothing through that would be refused. */
  | { readonly kind: 'ignore' }
  /** More calls than this are refused in block mode. */
  | { readonly kind: 'cap'; readonly calls: number; readonly per: CapPeriod };

export type CapPeriod = 'invocation' | 'minute' | 'hour';

/** Patterns with `*` and `?`. All that is given must match; of a list, one. */
export interface RuleMatch {
  /** Name or ARN of the function. */
  readonly function?: readonly string[];
  /** IAM action. */
  readonly action?: readonly string[];
  /** ARN. */
  readonly resource?: readonly string[];
  readonly region?: readonly string[];
  /** Of the signing key. */
  readonly account?: readonly string[];
  /** Id of the signing key. */
  readonly accessKey?: readonly string[];
  /** Host of an egress connection, without port or with it. */
  readonly host?: readonly string[];
  /** Name of the detector, for severity and ignore. */
  readonly detector?: readonly string[];
}

/**
 * Deviations as the rules would have them. Pure. `refusing`: a deviation in scope would refuse this call (block mode), so that one that is ignored still says why.
 * `before`: the call has not left yet, and may be blocked; `capped` names the caps that it exceeds.
 */
export function applyRules(
  rules: readonly Rule[],
  call: Call,
  deviations: readonly Deviation[],
  {
    refusing,
    before,
    capped,
  }: { readonly refusing: boolean; readonly before: boolean; readonly capped: readonly Rule[] },
): readonly Deviation[] {
  const own = rules.filter((rule) => holds(rule, call));
  if (own.length === 0) return deviations;
  const settled: Deviation[] = [];
  for (const deviation of deviations) {
    if (own.some((rule) => rule.effect.kind === 'allow' && allows(rule, call, deviation, own))) continue;
    const kept = settle(own, call, deviation, refusing);
    if (kept !== null) settled.push(kept);
  }
  if (!before) return settled;
  for (const rule of own) {
    if (rule.effect.kind === 'block' && touches(rule, call)) settled.push(refusedBy(rule, call));
    else if (rule.effect.kind === 'cap' && capped.includes(rule)) settled.push(refusedBy(rule, call));
  }
  return settled;
}

/** Its function and its date. A call without a time is judged as if the date were over: what is not sure to hold does not. */
export function holds(rule: Rule, call: Call): boolean {
  if (rule.match.function !== undefined && !namesFunction(rule.match.function, call.function)) return false;
  if (rule.until === null) return true;
  return call.time !== null && call.time.slice(0, 10) <= rule.until;
}

function namesFunction(patterns: readonly string[], name: string | null): boolean {
  if (name === null) return false;
  const short = name.slice(name.lastIndexOf(':') + 1);
  return patterns.some((pattern) => absorbs(pattern, name) || absorbs(pattern, short));
}

/**
 * An allowance holds for what it names and nothing else: a region only where it names regions, somebody else's key only where it names keys or accounts, a
 * host only where it names hosts; for all resources that the call names for the action, each by one of the rules; never for what could be read in two ways
 * or is no operation of the catalog (DESIGN, invariant 5).
 */
function allows(rule: Rule, call: Call, deviation: Deviation, own: readonly Rule[]): boolean {
  const { match } = rule;
  if (call.certainty !== 'exact' || deviation.detector === 'certainty' || deviation.detector === 'sensor') return false;
  if (isEgress(call)) return match.host !== undefined && hostMatches(match.host, call.host);
  if (match.host !== undefined) return false;
  if (!one(match.region, call.region) || !one(match.account, call.account)) return false;
  if (!one(match.accessKey, call.accessKeyId) || !one(match.detector, deviation.detector)) return false;
  if (deviation.detector === 'region' && match.region === undefined) return false;
  if (deviation.detector === 'credential' && match.accessKey === undefined && match.account === undefined) return false;
  if (match.action === undefined) return deviation.detector === 'credential';
  if (deviation.action === null || !actionMatches(match.action, deviation.action)) return false;
  const others = own.filter((other) => other.effect.kind === 'allow' && sameSide(other.match, match));
  const asked = call.access.filter(({ action }) => action === deviation.action).flatMap(({ resources }) => resources);
  return asked.every((arn) =>
    others.some(
      (other) =>
        actionMatches(other.match.action ?? ['*'], deviation.action!) &&
        (other.match.resource ?? ['*']).some((pattern) => absorbs(pattern, arn)),
    ),
  );
}

/** Two allowances that may stand in for each other, resource by resource: alike in everything but action and resource. */
function sameSide(a: RuleMatch, b: RuleMatch): boolean {
  const rest = ({ action: _, resource: __, function: ___, ...others }: RuleMatch) => JSON.stringify(others);
  return a === b || rest(a) === rest(b);
}

/** Severity and ignore, in the order of the file: the last one that matches decides. */
function settle(own: readonly Rule[], call: Call, deviation: Deviation, refusing: boolean): Deviation | null {
  let settled: Deviation | null = deviation;
  for (const rule of own) {
    const { effect } = rule;
    if (effect.kind !== 'severity' && effect.kind !== 'ignore') continue;
    if (!concerns(rule.match, call, deviation)) continue;
    if (effect.kind === 'severity') settled = { ...deviation, severity: effect.severity };
    else if (deviation.kind === 'scope' && refusing) {
      // Whoever is refused must be able to find out why.
      settled = { ...deviation, severity: 'info', reason: `${deviation.reason}; ignored by the rule "${rule.name}"` };
    } else settled = null;
  }
  return settled;
}

function concerns(match: RuleMatch, call: Call, deviation: Deviation): boolean {
  return (
    one(match.detector, deviation.detector) &&
    (match.action === undefined || (deviation.action !== null && actionMatches(match.action, deviation.action))) &&
    (match.resource === undefined ||
      (deviation.resource !== null && match.resource.some((pattern) => absorbs(pattern, deviation.resource!)))) &&
    one(match.region, call.region) &&
    one(match.account, call.account) &&
    one(match.accessKey, call.accessKeyId) &&
    hostConcerned(match, call)
  );
}

/** Block and cap: true where any part of the call may be what the rule names. What the request leaves open counts as named. */
export function touches({ match }: Rule, call: Call): boolean {
  if (!hostConcerned(match, call)) return false;
  if (!one(match.region, call.region) || !one(match.account, call.account) || !one(match.accessKey, call.accessKeyId))
    return false;
  if (match.action === undefined && match.resource === undefined) return true;
  return call.access.some(
    ({ action, resources }) =>
      (match.action === undefined || match.action.some((p) => overlaps(p.toLowerCase(), action.toLowerCase()))) &&
      (match.resource === undefined || resources.some((arn) => match.resource!.some((p) => overlaps(p, arn)))),
  );
}

function refusedBy(rule: Rule, call: Call): Deviation {
  const first = call.access[0];
  const { effect } = rule;
  const what = first?.action ?? call.host ?? 'this call';
  const why = rule.reason === null ? '' : `: ${rule.reason}`;
  return {
    detector: 'rule',
    kind: 'scope',
    key: `rule ${rule.name}`,
    severity: 'high',
    score: 1,
    action: first?.action ?? null,
    resource: first?.resources[0] ?? call.host,
    reason:
      effect.kind === 'cap'
        ? `More than ${effect.calls} calls in one ${effect.per}, which the rule "${rule.name}" allows of ${what}${why}`
        : `The rule "${rule.name}" forbids ${what}${why}`,
    techniques: [],
    about: 'call',
  };
}

const one = (patterns: readonly string[] | undefined, value: string | null): boolean =>
  patterns === undefined || (value !== null && patterns.some((pattern) => absorbs(pattern, value)));

/** IAM actions have no case. */
const actionMatches = (patterns: readonly string[], action: string): boolean =>
  patterns.some((pattern) => absorbs(pattern.toLowerCase(), action.toLowerCase()));

/** A rule with hosts is about connections outside AWS only. */
const hostConcerned = ({ host }: RuleMatch, call: Call): boolean =>
  host === undefined || (isEgress(call) && hostMatches(host, call.host));

function hostMatches(patterns: readonly string[], host: string | null): boolean {
  if (host === null) return false;
  const name = host.replace(/:\d+$/, '');
  return patterns.some((pattern) => absorbs(pattern.toLowerCase(), host) || absorbs(pattern.toLowerCase(), name));
}
