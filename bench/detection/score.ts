import type { Finding } from '../../baseline/finding.ts';
import type { Attack, LabelledSet } from './labelled-set.ts';

/** Shares in percent; rates as their names say. Null where there is nothing to take a share of. */
export interface Score {
  readonly tiers: ReadonlyMap<string, TierScore>;
  readonly notices: number;
  readonly findings: number;
  readonly falseGroups: readonly Finding[];
  readonly falseGroupsPer1000: number;
  readonly falseFindingsPer1000: number;
  /** By function and key: how many, most first. */
  readonly falseFindings: ReadonlyMap<string, number>;
  readonly invocationPrecision: number;
  /** Invocations told of, with an attack in them and without. */
  readonly told: { readonly right: number; readonly wrong: number };
  readonly refusedOrdinaryPerMillion: number;
  readonly refusedOrdinary: readonly Finding[];
  /** Instances that no finding told of. */
  readonly missed: readonly Attack[];
}

export interface TierScore {
  attacks: number;
  detected: number;
  refused: number;
  callsToDetect: number[];
}

const DAY = 86_400_000;

/**
 * Counts as a person would who reads findings: those of one function and key within 24 h of the first are one thing to read (a group); a group that a
 * false finding opened is false and detects nothing. An attack is detected by a finding on one of its calls, or on a later call of an
 * invocation that it is in. Notices (severity info) count neither way; a refused ordinary call counts always.
 */
export function score(
  set: LabelledSet,
  findings: readonly Finding[],
  refusals: readonly Finding[],
  by: keyof Attack = 'tier',
): Score {
  const attacks = new Map(
    [...set.attacks.values()].map((attack) => [
      attack.attack,
      { ...attack, times: [] as number[], hit: null as number | null, refused: false },
    ]),
  );
  const calls = new Map<string, { time: number; attack: string | null; invocation: string | null }>();
  const attacked = new Map<string | null, Map<string, number>>();
  const invocations = new Set<string | null>();
  for (const call of set.test) {
    const attack = set.labels.get(call.id!)?.attack ?? null;
    const time = Date.parse(call.time!);
    calls.set(call.id!, { time, attack, invocation: call.invocation });
    invocations.add(call.invocation);
    if (attack === null) continue;
    attacks.get(attack)!.times.push(time);
    const first = attacked.get(call.invocation) ?? new Map<string, number>();
    first.set(attack, Math.min(time, first.get(attack) ?? time));
    attacked.set(call.invocation, first);
  }
  const groups = new Map<string, { time: number; true: boolean }>();
  const falseGroups: Finding[] = [];
  const told = { right: new Set<string | null>(), wrong: new Set<string | null>() };
  const refused = new Map<string, Finding>();
  let notices = 0;
  const falseFindings = new Map<string, number>();
  let wrong = 0;
  for (const finding of refusals) refused.set(finding.callId!, finding);
  for (const finding of [...findings].sort((a, b) => Date.parse(a.time!) - Date.parse(b.time!))) {
    if (finding.severity === 'info') {
      notices++;
      continue;
    }
    const call = calls.get(finding.callId!);
    const time = call?.time ?? Date.parse(finding.time!);
    const invocation = call?.invocation ?? finding.invocation;
    let hits = call?.attack
      ? [call.attack]
      : [...(attacked.get(invocation) ?? [])].filter(([, first]) => time >= first).map(([name]) => name);
    if (hits.length === 0 && finding.scope === 'function') {
      hits = [...attacks.values()]
        .filter(
          ({ function: name, times }) =>
            name === finding.function && times.length > 0 && time >= times[0]! && time <= times.at(-1)! + 300_000,
        )
        .map(({ attack }) => attack);
    }
    const key = `${finding.function} ${finding.key}`;
    let group = groups.get(key);
    if (group === undefined || time - group.time > DAY) {
      group = { time, true: hits.length > 0 };
      groups.set(key, group);
      if (!group.true) falseGroups.push(finding);
    }
    if (hits.length === 0) {
      wrong++;
      falseFindings.set(key, (falseFindings.get(key) ?? 0) + 1);
      told.wrong.add(invocation);
      continue;
    }
    told.right.add(invocation);
    if (group.true) {
      for (const hit of hits) {
        const attack = attacks.get(hit)!;
        attack.hit = Math.min(attack.hit ?? time, time);
      }
    }
  }
  const refusedOrdinary: Finding[] = [];
  let ordinary = 0;
  for (const [id, { attack }] of calls) {
    if (attack !== null) {
      if (refused.has(id)) attacks.get(attack)!.refused = true;
    } else if ((set.labels.get(id)?.novelty ?? null) === null) {
      ordinary++;
      if (refused.has(id)) refusedOrdinary.push(refused.get(id)!);
    }
  }
  const tiers = new Map<string, TierScore>();
  for (const attack of attacks.values()) {
    for (const name of [attack[by], 'all']) {
      const tier = tiers.get(name) ?? { attacks: 0, detected: 0, refused: 0, callsToDetect: [] };
      tiers.set(name, tier);
      tier.attacks++;
      if (attack.refused) tier.refused++;
      if (attack.hit === null) continue;
      tier.detected++;
      tier.callsToDetect.push(attack.times.filter((time) => time <= attack.hit!).length);
    }
  }
  const benign = Math.max(1, invocations.size - attacked.size);
  return {
    tiers,
    notices,
    findings: findings.length - notices,
    falseGroups,
    falseGroupsPer1000: (1000 * falseGroups.length) / benign,
    falseFindingsPer1000: (1000 * wrong) / benign,
    falseFindings: new Map([...falseFindings].sort(([, a], [, b]) => b - a)),
    told: { right: told.right.size, wrong: told.wrong.size },
    invocationPrecision: (100 * told.right.size) / Math.max(1, told.right.size + told.wrong.size),
    refusedOrdinaryPerMillion: (1e6 * refusedOrdinary.length) / Math.max(1, ordinary),
    refusedOrdinary,
    missed: [...attacks.values()].filter(({ hit }) => hit === null),
  };
}
