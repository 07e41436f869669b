import { DETECTOR_NAMES, SEVERITIES, type Severity } from '../../baseline/finding.ts';
import { absorbs } from '../../baseline/policy/glob.ts';
import { nearest } from '../nearest.ts';
import type { CapPeriod, Rule, RuleEffect, RuleMatch } from './rules.ts';

export const RULES_FORMAT = 'rolefence.rules/1';

/** What a rules file says. */
export interface Rules {
  readonly rules: readonly Rule[];
  readonly examples: readonly Example[];
}

/** What the rules are expected to do with one call; `rolefence rules test` tries it. */
export interface Example {
  readonly name: string;
  readonly call: ExampleCall;
  readonly expect: Expectation;
  /** Of the finding, where that matters. */
  readonly severity: Severity | null;
}

export type Expectation = 'allow' | 'alert' | 'block';

export interface ExampleCall {
  readonly function: string | null;
  readonly action: string | null;
  readonly resource: string | null;
  readonly region: string | null;
  readonly account: string | null;
  readonly accessKey: string | null;
  readonly host: string | null;
  /** The detector that found something about the call; null: it is inside the baseline. */
  readonly detector: string | null;
  /** YYYY-MM-DD; null for the day of the test. */
  readonly on: string | null;
  /** So many such calls; the last is what is expected. */
  readonly calls: number;
}

/** One fault of a rules file. */
export interface RulesProblem {
  /** Where: members and indexes from the top. */
  readonly path: readonly (string | number)[];
  /** What was expected. */
  readonly message: string;
}

export interface RulesReading {
  /** Without the rules and examples that have a fault. */
  readonly rules: Rules;
  readonly problems: readonly RulesProblem[];
}

const EFFECTS = ['allow', 'block', 'severity', 'ignore', 'cap'] as const;
const MATCHES = ['function', 'action', 'resource', 'region', 'account', 'accessKey', 'host', 'detector'] as const;
const PERIODS: readonly CapPeriod[] = ['invocation', 'minute', 'hour'];
const EXPECTATIONS: readonly Expectation[] = ['allow', 'alert', 'block'];
const MOST_RULES = 500;

type Members = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** Reads what JSON or YAML made of the file. Pure. The published form is `baseline/schema/rules.schema.json`; here every fault has its place. */
export function readRules(value: unknown): RulesReading {
  const problems: RulesProblem[] = [];
  const fault = (path: Path, message: string): null => {
    problems.push({ path, message });
    return null;
  };

  function members(given: unknown, path: Path, known: readonly string[]): Members | null {
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      return fault(path, 'an object was expected');
    for (const name of Object.keys(given)) {
      if (!known.includes(name)) {
        return fault([...path, name], `is not known here: ${known.join(', ')} may stand here`);
      }
    }
    return given as Members;
  }
  function list(given: unknown, path: Path): readonly unknown[] {
    if (given === undefined || given === null) return [];
    if (!Array.isArray(given)) {
      fault(path, 'a list was expected');
      return [];
    }
    return given;
  }
  function text(given: unknown, path: Path, most = 500): string | null {
    if (typeof given === 'string' && given.trim() !== '' && given.length <= most) return given.trim();
    return fault(path, `a text of at most ${most} characters was expected`);
  }
  function choice<T extends string>(given: unknown, path: Path, values: readonly T[]): T | null {
    const known = values.find((one) => one === given);
    return known ?? fault(path, `one of ${values.join(', ')} was expected`);
  }
  function whole(given: unknown, path: Path, least: number, most: number): number | null {
    if (typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most) return given;
    return fault(path, `a whole number from ${least} to ${most} was expected`);
  }
  function day(given: unknown, path: Path): string | null {
    if (typeof given === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(given)) {
      const time = Date.parse(`${given}T00:00:00Z`);
      if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(given)) return given;
    }
    return fault(path, 'a day in the form YYYY-MM-DD was expected');
  }
  /** A pattern or a name that is nobody's would match nothing, in silence. */
  function detector(pattern: string, path: Path): void {
    if (DETECTOR_NAMES.some((name) => absorbs(pattern, name))) return;
    const meant = nearest(pattern, DETECTOR_NAMES);
    fault(path, `no detector is called that${meant === null ? '' : `: did you mean ${meant}?`}`);
  }
  /** Null both where it is missing and where it is wrong; `problems` tells. */
  const optional = <T>(given: unknown, read: (given: unknown) => T | null): T | null =>
    given === undefined || given === null ? null : read(given);

  function matchOf(given: unknown, path: Path, effect: string): RuleMatch | null {
    const own = members(given, path, MATCHES);
    if (own === null) return null;
    const match: Record<string, string[]> = {};
    for (const name of MATCHES) {
      const value = own[name];
      if (value === undefined) continue;
      const patterns = typeof value === 'string' ? [value] : list(value, [...path, name]);
      const read = patterns.map((pattern, i) =>
        text(pattern, typeof value === 'string' ? [...path, name] : [...path, name, i], 1_024),
      );
      if (read.length === 0) return fault([...path, name], 'at least one pattern was expected');
      if (read.includes(null)) return null;
      match[name] = read as string[];
    }
    const subjects = Object.keys(match).filter((name) => name !== 'function');
    if (subjects.length === 0)
      return fault(path, `a rule for everything is none: ${MATCHES.slice(1).join(', ')} say what it is for`);
    if (effect !== 'severity' && effect !== 'ignore' && match.detector !== undefined && effect !== 'allow')
      return fault([...path, 'detector'], `has no meaning with ${effect}: it is judged before anything is detected`);
    for (const pattern of match.detector ?? []) detector(pattern, [...path, 'detector']);
    if (effect === 'allow' && !['action', 'host', 'accessKey', 'account'].some((name) => name in match))
      return fault(path, 'action, host, accessKey or account was expected: an allowance must say for what it is');
    if (effect === 'allow' && match.resource !== undefined && match.action === undefined)
      return fault([...path, 'resource'], 'an action was expected beside it');
    if (match.host !== undefined && match.action !== undefined && effect === 'allow')
      return fault(
        [...path, 'host'],
        'host is for connections outside AWS, action for AWS calls: two rules were expected',
      );
    return match as RuleMatch;
  }

  function ruleOf(given: unknown, path: Path, names: Set<string>): Rule | null {
    const before = problems.length;
    const own = members(given, path, ['name', 'effect', 'match', 'severity', 'calls', 'per', 'until', 'reason', 'by']);
    if (own === null) return null;
    const name = text(own.name, [...path, 'name'], 80);
    if (name !== null && names.has(name)) fault([...path, 'name'], `"${name}" is the name of an earlier rule`);
    if (name !== null) names.add(name);
    const kind = choice(own.effect, [...path, 'effect'], EFFECTS);
    const until = optional(own.until, (value) => day(value, [...path, 'until']));
    const reason = optional(own.reason, (value) => text(value, [...path, 'reason']));
    const by = optional(own.by, (value) => text(value, [...path, 'by'], 80));
    for (const [field, of] of [
      ['severity', 'severity'],
      ['calls', 'cap'],
      ['per', 'cap'],
    ] as const) {
      if (own[field] !== undefined && kind !== null && kind !== of)
        fault([...path, field], `belongs to the effect ${of} only`);
    }
    if (kind === 'ignore') {
      for (const field of ['until', 'reason', 'by'])
        if (own[field] === undefined)
          fault([...path, field], 'is missing: who ignores a finding says until when, why and who');
    }
    const effect = kind === null ? null : effectOf(kind, own, path);
    const match = kind === null ? null : matchOf(own.match, [...path, 'match'], kind);
    if (problems.length > before || name === null || effect === null || match === null) return null;
    return { name, effect, match, until, reason, by };
  }

  function effectOf(kind: (typeof EFFECTS)[number], own: Members, path: Path): RuleEffect | null {
    if (kind === 'severity') {
      const severity = choice(own.severity, [...path, 'severity'], SEVERITIES);
      return severity === null ? null : { kind, severity };
    }
    if (kind !== 'cap') return { kind };
    const calls = whole(own.calls, [...path, 'calls'], 0, 1_000_000_000);
    const per = choice(own.per, [...path, 'per'], PERIODS);
    return calls === null || per === null ? null : { kind, calls, per };
  }

  function exampleOf(given: unknown, path: Path, index: number): Example | null {
    const before = problems.length;
    const own = members(given, path, ['name', 'call', 'expect', 'severity']);
    if (own === null) return null;
    const of = [...path, 'call'];
    const call = members(own.call, of, [...MATCHES, 'on', 'calls']);
    const expect = choice(own.expect, [...path, 'expect'], EXPECTATIONS);
    const severity = optional(own.severity, (value) => choice(value, [...path, 'severity'], SEVERITIES));
    const name = optional(own.name, (value) => text(value, [...path, 'name'], 120));
    if (call === null || expect === null) return null;
    const field = (member: string) => optional(call[member], (value) => text(value, [...of, member], 1_024));
    const read: ExampleCall = {
      function: field('function'),
      action: field('action'),
      resource: field('resource'),
      region: field('region'),
      account: field('account'),
      accessKey: field('accessKey'),
      host: field('host'),
      detector: field('detector'),
      on: optional(call.on, (value) => day(value, [...of, 'on'])),
      calls: optional(call.calls, (value) => whole(value, [...of, 'calls'], 1, 1_000_000)) ?? 1,
    };
    if (read.detector !== null) detector(read.detector, [...of, 'detector']);
    if (read.action === null && read.host === null)
      fault(of, 'action (or host, for a connection outside AWS) was expected');
    return problems.length > before ? null : { name: name ?? `example ${index + 1}`, call: read, expect, severity };
  }

  const empty: Rules = { rules: [], examples: [] };
  const document = members(value, [], ['$schema', 'format', 'rules', 'examples']);
  if (document === null) return { rules: empty, problems };
  if (document.format !== RULES_FORMAT) fault(['format'], `"${RULES_FORMAT}" was expected`);
  const given = list(document.rules, ['rules']);
  if (given.length > MOST_RULES) fault(['rules'], `at most ${MOST_RULES} rules were expected`);
  const names = new Set<string>();
  const rules = given.slice(0, MOST_RULES).map((rule, i) => ruleOf(rule, ['rules', i], names));
  const examples = list(document.examples, ['examples']).map((one, i) => exampleOf(one, ['examples', i], i));
  return {
    rules: { rules: rules.filter((rule) => rule !== null), examples: examples.filter((one) => one !== null) },
    problems,
  };
}

/** `rules[2].match.action` */
export const fieldOf = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('') || 'the file';
