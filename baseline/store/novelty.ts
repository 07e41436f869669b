import { Days } from '../model/days.ts';
import type { BaselineDocument, Evidence, FunctionBaseline } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { kindOf } from '../policy/pattern.ts';
import { type BaselineChange, factKey } from '../review/diff.ts';
import type { Deployments } from './deployments.ts';
import type { Few } from './few.ts';
import { provenanceOf } from './learned.ts';
import { hourText, numberOfHour, type Origin, type Origins, WHOLE } from './origins.ts';

/** How widely something new was seen: what a function does is seen everywhere and all the time, what an intruder does in one environment or in one burst. */
export interface Novelty {
  /** Exact up to eight, an estimate above; 0 for what a person wrote by hand. */
  readonly invocations: number;
  /** Exact up to four, 5 for all above; null where the document does not say. */
  readonly environments: number | null;
  /** In how many hours it was handed in: exact up to three, 4 for all above; null where the document does not say. */
  readonly hours: number | null;
  /** Only these; null where there are more than four, or the document does not say. */
  readonly versions: readonly string[] | null;
  /** Why somebody should look twice: one phrase; null where nothing stands out. */
  readonly standsOut: string | null;
}

export interface ToldChange extends BaselineChange {
  /** Of what is new; null for what is gone. */
  readonly novelty: Novelty | null;
  /** Of a resource that is new: with `*` where any other name of the kind is let through with it; null where it stands for itself. */
  readonly kind: string | null;
}

/** `raw` is the newer document as it stands. */
export function withNovelty(
  changes: readonly BaselineChange[],
  newer: BaselineDocument,
  raw: object,
): readonly ToldChange[] {
  const functions = new Map<string, Context>();
  return changes.map((change) => {
    if (change.change === 'removed') return { ...change, novelty: null, kind: null };
    let context = functions.get(change.function);
    if (context === undefined) {
      context = contextOf(newer.functions[change.function]!, raw, change.function);
      functions.set(change.function, context);
    }
    return { ...change, novelty: noveltyOf(change, context), kind: kindIn(context, change) };
  });
}

interface Context {
  readonly baseline: FunctionBaseline;
  readonly origins: Origins;
  readonly deployments: Deployments;
  readonly model: FunctionModel;
  /** Observed invocations. */
  readonly invocations: number;
  /** What functions of the same code gave, by `factKey`: how many of them. */
  readonly pooled: Readonly<Record<string, unknown>>;
}

function contextOf(baseline: FunctionBaseline, raw: object, fn: string): Context {
  const model = FunctionModel.from(baseline);
  return {
    baseline,
    ...provenanceOf(raw, fn),
    model,
    invocations: model.invocations.count(),
    pooled: pooledOf(raw, fn),
  };
}

function kindIn({ model }: Context, { facet, action, value }: BaselineChange): string | null {
  const learned = facet === 'resource' ? model.actions.peek(action!) : undefined;
  return learned === undefined ? null : kindOf(value, learned.resources);
}

/** As `pull --same-code` writes it. */
function pooledOf(raw: object, fn: string): Readonly<Record<string, unknown>> {
  const { pool } = raw as { readonly pool?: Readonly<Record<string, { readonly taken?: object } | null>> | null };
  return (pool?.[fn]?.taken ?? {}) as Record<string, unknown>;
}

function noveltyOf(change: BaselineChange, context: Context): Novelty {
  const evidence = evidenceOf(change, context.baseline);
  const origin = context.origins.peek(factKey(change)) ?? null;
  const whole = context.origins.peek(WHOLE) ?? null;
  const invocations = countOf(evidence);
  const reasons =
    origin === null || whole === null
      ? sparse(evidence, invocations, context)
      : [...few(origin, whole), ...burst(origin, whole)];
  const others = context.pooled[factKey(change)];
  if (typeof others === 'number')
    reasons.splice(0, reasons.length, `never seen in this function, in ${others} others of the same code`);
  const versions = origin?.versions.members ?? null;
  if (reasons.length > 0 && origin !== null && others === undefined)
    reasons.push(...versionsOnly(origin, whole, context.deployments));
  return {
    invocations,
    environments: origin === null ? null : sizeOf(origin.environments, 5),
    hours: origin === null ? null : sizeOf(origin.hours, 4),
    versions: versions === null || versions.length === 0 ? null : versions,
    standsOut: reasons.length === 0 ? null : reasons.join(', '),
  };
}

/** Whoever got into one environment, or two, is seen in no other. */
function few(origin: Origin, whole: Origin): string[] {
  const own = sizeOf(origin.environments, 5);
  const all = sizeOf(whole.environments, 5);
  if (own > 2 || all <= own * 2) return [];
  return [`seen in ${own === 1 ? 'one environment' : `${own} environments`} of ${all > 4 ? 'many' : all}`];
}

/**
 * Environments may be claimed; the hour is the aggregation's own clock. What comes within sixty minutes falls into one hour of the clock or into two that follow each other:
 * both are told, so that nobody escapes by waiting for the clock to strike.
 */
function burst(origin: Origin, whole: Origin): string[] {
  const hours = (origin.hours.members ?? []).map(numberOfHour).sort((a, b) => a - b);
  const [first, last] = [hours[0], hours.at(-1)];
  if (first === undefined || last === undefined || last - first > 1 || sizeOf(whole.hours, 4) <= hours.length)
    return [];
  return first === last
    ? [`handed in within one hour (${hourText(first)})`]
    : [`handed in within two hours (${hourText(first)} and ${hourText(last)})`];
}

/** A document that does not say where things come from still says how often, and on which days. */
function sparse(evidence: Evidence, invocations: number, { baseline, invocations: all }: Context): string[] {
  const days = daysOf(evidence);
  const whole = daysOf(baseline.invocations);
  const many = Math.max(FEW, whole === null ? SELDOM * all : 0);
  if (invocations === 0 || invocations > many || all < 20 || days?.length !== 1 || (whole !== null && whole.length < 2))
    return [];
  return [
    `seen in ${invocations === 1 ? 'one invocation' : `${invocations} invocations`} of about ${all}, on ${days[0]}`,
  ];
}

const FEW = 3;
/** Of what was learned on many days, one day may have brought more. */
const SELDOM = 0.05;

/** What a new version brings is new in a burst, too: said, so that it can be told from what nobody deployed. */
function versionsOnly(origin: Origin, whole: Origin | null, deployments: Deployments): string[] {
  const own = origin.versions.members;
  const all = whole?.versions.members ?? null;
  if (own === null || own.length !== 1 || (all !== null && all.length < 2)) return [];
  const canary = deployments.of(own[0]!).find(({ beside }) => beside.length > 0);
  return [
    `only in version ${own[0]}${canary === undefined ? '' : `, which alias ${canary.alias} led to beside ${canary.beside.join(' and ')}`}`,
  ];
}

const sizeOf = (few: Few, many: number): number => few.members?.length ?? many;

const countOf = (evidence: Evidence): number => (typeof evidence === 'number' ? evidence : evidence[0]);

/** Null where there were many. */
function daysOf(evidence: Evidence): readonly string[] | null {
  if (typeof evidence === 'number') return [];
  const days = Days.fromJson(evidence[2] ?? null);
  return days?.few == null ? null : (days.toJson() ?? null);
}

function evidenceOf({ facet, action, value }: BaselineChange, baseline: FunctionBaseline): Evidence {
  const learned = action === null ? undefined : baseline.actions[action];
  switch (facet) {
    case 'version':
      return baseline.versions[value] ?? 0;
    case 'account':
      return baseline.accounts[value] ?? 0;
    case 'egress':
      return baseline.egress[value]?.invocations ?? 0;
    case 'action':
      return learned?.invocations ?? 0;
    case 'resource':
      return learned?.resources[value] ?? 0;
    case 'region':
      return learned?.regions[value] ?? 0;
    case 'credential':
      return learned?.credentials[value] ?? 0;
    default:
      return baseline.invocations;
  }
}
