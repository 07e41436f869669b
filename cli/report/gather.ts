import type { Call } from '../../baseline/call.ts';
import { type Finding, SEVERITIES, type Severity } from '../../baseline/finding.ts';
import { FORMAT, type FunctionBaseline } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { GrantedPolicies } from '../../baseline/policy/diff.ts';
import { usageOf } from '../../baseline/policy/usage.ts';
import { coverage, type FunctionCoverage } from '../../baseline/review/coverage.ts';
import { thingOf } from '../../baseline/thing.ts';
import { wouldRefuse } from './attention.ts';
import type {
  CallTotals,
  FindingGroup,
  FunctionReport,
  Outside,
  Readiness,
  Scope,
  SightStatus,
  Tally,
} from './data.ts';
import type { StoredFunction } from './stored-functions.ts';

/** Gathers what files say of functions as it is read; memory is bounded by the caps below, not by the number of calls. */
export class Gatherer {
  readonly #calls = new Map<string, CallsOf>();
  readonly #findings = new Map<string, FindingsOf>();
  readonly #sights = new Map<string, Set<SightStatus>>();

  call(call: Call): void {
    const name = functionName(call.function ?? UNNAMED);
    const of = entry(this.#calls, name, () => new CallsOf());
    of?.add(call);
  }

  /** What a sensor says of itself. */
  sight(of: string, status: string): void {
    const known = SIGHTS.find((one) => one === status);
    const sights = entry(this.#sights, functionName(of), () => new Set<SightStatus>());
    if (known !== undefined) sights?.add(known);
  }

  finding(finding: Finding): void {
    const name = functionName(finding.function ?? UNNAMED);
    entry(this.#findings, name, () => new FindingsOf())?.add(finding);
  }

  /** Everything, by function; names and ARNs of one function are one. A baseline is read for the function's row, and again for its details: most have their row only. */
  functions(
    baselines: readonly StoredFunction[],
    policiesOf: (name: string) => GrantedPolicies | null,
  ): FunctionReport[] {
    const entries = new Map(baselines.map((stored) => [functionName(stored.name), stored]));
    const names = new Set([...entries.keys(), ...this.#calls.keys(), ...this.#findings.keys(), ...this.#sights.keys()]);
    return [...names].map((name) => {
      const stored = entries.get(name);
      const baseline = stored?.read();
      const policies = baseline === undefined ? null : policiesOf(name);
      const details = once(() => (stored === undefined ? null : detailsOf(name, stored.read())));
      const findings = this.#findings.get(name);
      const outside = findings?.outside() ?? [];
      return {
        name,
        get scope() {
          return details()?.scope ?? null;
        },
        ready: baseline === undefined ? null : readiness(name, baseline, outside),
        get coverage() {
          return details()?.coverage ?? null;
        },
        calls: this.#calls.get(name)?.totals() ?? null,
        sight: sightOf(this.#sights.get(name), this.#calls.has(name), findings?.past === true),
        findings: findings?.groups() ?? [],
        findingsByTime: findings?.byTime ?? new Map(),
        outside,
        policy:
          policies === null || baseline === undefined
            ? null
            : {
                ...policies.summary(usageOf(name, baseline).uses),
                diff: () => policies.diff(details()?.scope.uses ?? []),
              },
      };
    });
  }
}

/**
 * Of fewer than thirty invocations nobody can say with 95 % confidence that less than a tenth of them shows something new (3 ÷ n): such a function is
 * learning whatever it has shown. In a fleet most are rare, and this spares taking each one's baseline apart. Where block mode would refuse what went through since, it is not ready for that.
 */
function readiness(name: string, baseline: FunctionBaseline, outside: readonly Outside[]): Readiness {
  if (countOf(baseline.invocations) < 30) return 'learning';
  const { blockReady, alertReady } = coverageOf(name, baseline);
  return blockReady && wouldRefuse(outside) === 0 ? 'block' : alertReady ? 'alert' : 'learning';
}

const coverageOf = (name: string, baseline: FunctionBaseline): FunctionCoverage =>
  coverage({ format: FORMAT, functions: { [name]: baseline } }).functions[0]!;

const detailsOf = (name: string, baseline: FunctionBaseline) => ({
  scope: scopeOf(baseline, usageOf(name, baseline).uses),
  coverage: coverageOf(name, baseline),
});

const countOf = (evidence: FunctionBaseline['invocations']): number =>
  typeof evidence === 'number' ? evidence : evidence[0];

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The best first. */
const SIGHTS: readonly SightStatus[] = ['intercepted', 'partly', 'bypassed', 'unsupported'];

/** What sensors said, the worst of it; where none did, what calls and findings show. */
function sightOf(said: ReadonlySet<SightStatus> | undefined, called: boolean, past: boolean): SightStatus | null {
  const worst = [...(said ?? [])].sort((a, b) => SIGHTS.indexOf(b) - SIGHTS.indexOf(a))[0];
  const through = called || said?.has('intercepted') === true;
  if (worst === undefined || worst === 'intercepted')
    return past ? (through ? 'partly' : 'bypassed') : through ? 'intercepted' : null;
  return worst !== 'partly' && through ? 'partly' : worst;
}

const UNNAMED = '(no function named)';
/** Names and times are input. */
const MAX_FUNCTIONS = 20_000;
const MAX_HOURS = 24 * 400;
const MAX_KEYS = 500;
/** Of one function, by which a finding is known again. */
const MAX_CALLS = 10_000;

function entry<T>(map: Map<string, T>, name: string, make: () => T): T | undefined {
  const known = map.get(name);
  if (known !== undefined || map.size >= MAX_FUNCTIONS) return known;
  const made = make();
  map.set(name, made);
  return made;
}

function scopeOf(baseline: FunctionBaseline, uses: Scope['uses']): Scope {
  const { invocations, from, to, egress } = baseline;
  return {
    uses,
    egress: Object.keys(egress),
    invocations: countOf(invocations),
    from,
    to,
  };
}

class CallsOf {
  #count = 0;
  #blocked = 0;
  #bytesOut = 0;
  #bytesIn = 0;
  readonly #byTime = new Map<string, [number, number, number]>();

  add(call: Call): void {
    this.#count++;
    if (call.verdict === 'block') this.#blocked++;
    this.#bytesOut += call.bytesOut ?? 0;
    this.#bytesIn += call.bytesIn ?? 0;
    if (call.time === null) return;
    const hour = call.time.slice(0, 13);
    let at = this.#byTime.get(hour);
    if (at === undefined) {
      if (this.#byTime.size >= MAX_HOURS) return;
      at = [0, 0, 0];
      this.#byTime.set(hour, at);
    }
    at[0]++;
    at[1] += call.bytesOut ?? 0;
    at[2] += call.bytesIn ?? 0;
  }

  totals(): CallTotals {
    return {
      count: this.#count,
      blocked: this.#blocked,
      bytesOut: this.#bytesOut,
      bytesIn: this.#bytesIn,
      byTime: this.#byTime,
    };
  }
}

class FindingsOf {
  readonly byTime = new Map<string, Record<Severity, number>>();
  readonly #groups = new Map<string, FindingGroup>();
  readonly #outside = new Map<string, Outside>();
  readonly #counted = new Set<string>();

  /** Something was seen going past the sensor. */
  past = false;

  add(finding: Finding): void {
    const { time, severity } = finding;
    if (finding.detector === 'bypass') this.past = true;
    const thing = thingOf(finding);
    const key = `${finding.key}\u0000${finding.detector}\u0000${thing}`;
    const known = this.#groups.get(key);
    if (known !== undefined || this.#groups.size < MAX_KEYS) this.#groups.set(key, joined(known, thing, finding));
    if (time !== null) {
      const hour = time.slice(0, 13);
      const counts = entry(this.byTime, hour, () => ({ info: 0, low: 0, medium: 0, high: 0, critical: 0 }));
      if (counts !== undefined) counts[severity]++;
    }
    if (finding.scope === 'call' && SCOPE_DETECTORS.has(finding.detector)) this.#addOutside(finding);
  }

  #addOutside({ environment, callId, action, resource, blocked }: Finding): void {
    const what = { action: action ?? 'connection', resource: resource ?? '*', blocked };
    const key = JSON.stringify(what);
    // A notice may be told aloud later, of the same call
    if (callId !== null && !this.#isFirst(`${environment} ${callId} ${key}`)) return;
    const known = this.#outside.get(key);
    if (known !== undefined) this.#outside.set(key, { ...known, count: known.count + 1 });
    else if (this.#outside.size < MAX_KEYS) this.#outside.set(key, { ...what, count: 1 });
  }

  #isFirst(call: string): boolean {
    if (this.#counted.has(call)) return false;
    this.#counted.add(call);
    if (this.#counted.size > MAX_CALLS) this.#counted.delete(this.#counted.keys().next().value!);
    return true;
  }

  groups(): FindingGroup[] {
    return [...this.#groups.values()].sort(
      (a, b) =>
        SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
        b.findings.blocked - a.findings.blocked ||
        b.findings.count - a.findings.count ||
        b.notices.count - a.notices.count ||
        (a.thing < b.thing ? -1 : 1),
    );
  }

  outside(): Outside[] {
    return [...this.#outside.values()].sort(
      (a, b) => Number(b.blocked) - Number(a.blocked) || b.count - a.count || (a.action < b.action ? -1 : 1),
    );
  }
}

/** Detectors that speak of what lies outside the scope; the others of rate, volume and order. */
const SCOPE_DETECTORS: ReadonlySet<string> = new Set([
  'action',
  'resource',
  'region',
  'egress',
  'credential',
  'certainty',
  'account',
]);

function joined(known: FindingGroup | undefined, thing: string, finding: Finding): FindingGroup {
  const { key, severity, reason, detector, techniques, time } = finding;
  const tallies = {
    findings: counting(known?.findings, finding, severity !== 'info'),
    notices: counting(known?.notices, finding, severity === 'info'),
  };
  if (known === undefined)
    return {
      key,
      thing,
      severity,
      ...tallies,
      reason,
      detector,
      techniques,
      first: time,
      last: time,
    };
  const worse = SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(known.severity);
  return {
    ...known,
    ...(worse ? { severity, reason, techniques } : {}),
    ...tallies,
    first: known.first === null || (time !== null && time < known.first) ? time : known.first,
    last: known.last === null || (time !== null && time > known.last) ? time : known.last,
  };
}

const NONE: Tally = { count: 0, blocked: 0 };

const counting = ({ count, blocked }: Tally = NONE, finding: Finding, counts: boolean): Tally =>
  counts ? { count: count + 1, blocked: blocked + (finding.blocked ? 1 : 0) } : { count, blocked };
