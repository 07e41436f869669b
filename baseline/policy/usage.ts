import { isDenial, NO_ANSWER } from '../learn/denial.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { type ActionModel, FunctionModel } from '../model/function-model.ts';
import { iamAction } from './actions.ts';
import { absorbs, absorbsArn } from './glob.ts';
import { impliedUses } from './implied.ts';
import { patternOf, type ResourcePattern } from './pattern.ts';

/** One permission that a function needs, and what says so. */
export interface Use extends ResourcePattern {
  readonly action: string;
  /** Signing regions; null where a call had none. */
  readonly regions: readonly string[] | null;
  /** Empty where it is implied. */
  readonly evidence: readonly Evidence[];
  /** No call named it: IAM asks for it besides. */
  readonly implied?: true;
}

export interface Evidence {
  readonly function: string;
  /** As the baseline has it. */
  readonly template: string;
  /** In how many invocations; an estimate above eight, 0 where a person wrote it. */
  readonly invocations: number;
}

/** What a baseline has that the function's own role need not grant, with the reason. */
export interface LeftOut {
  readonly function: string;
  readonly action: string;
  readonly why: 'unnamed' | 'other-credentials' | 'always-denied';
}

export interface Usage {
  readonly uses: readonly Use[];
  readonly leftOut: readonly LeftOut[];
}

export function usageOf(name: string, baseline: FunctionBaseline): Usage {
  // Order and sample say nothing of permissions, and are the larger half
  const model = FunctionModel.from({ ...baseline, egress: {}, order: { steps: [], follows: {} }, sample: [] });
  const accounts = [...model.accounts.entries()].map(([account]) => account);
  const account = accounts.length === 1 ? accounts[0]! : null;
  const uses: Use[] = [];
  const leftOut: LeftOut[] = [];
  for (const [action, learned] of model.actions.sorted()) {
    const why = reasonToLeaveOut(action, learned);
    if (why !== null) leftOut.push({ function: name, action, why });
    else uses.push(...withoutCovered(usesOf(name, action, learned, account)));
  }
  return { uses: [...uses, ...impliedUses(uses)], leftOut };
}

function reasonToLeaveOut(action: string, learned: ActionModel): LeftOut['why'] | null {
  if (action.endsWith(':*') || !action.includes(':')) return 'unnamed';
  const credentials = [...learned.credentials.entries()].map(([credential]) => credential);
  if (
    credentials.length > 0 &&
    credentials.every((credential) => credential === 'issued' || /^A[A-Z]IA/.test(credential))
  )
    return 'other-credentials';
  // What was denied leaves no resource behind, so an action that has one was let through at least once.
  if (learned.resources.heads.size > 0) return null;
  const invocations = learned.invocations.count();
  let denied = 0;
  for (const [code, seen] of learned.errors.entries()) if (isDenial(code) || code === NO_ANSWER) denied += seen.count();
  return invocations > 0 && invocations <= EXACT && denied >= invocations ? 'always-denied' : null;
}

/** Counts are exact up to here (`Seen`): above, "each of them" cannot be said. */
const EXACT = 8;

function usesOf(name: string, action: string, learned: ActionModel, account: string | null): Use[] {
  const regions = [...learned.regions.entries()].map(([region]) => region).sort();
  const known = regions.length > 0 && !regions.includes('none') ? regions : null;
  const scoped = iamAction(action)?.resources !== false;
  const byPattern = new Map<string, Use>();
  for (const [template, seen] of learned.resources.templates()) {
    const evidence = { function: name, template, invocations: seen.count() };
    const { arn, prefix } = scoped ? patternOf(template, learned.resources) : { arn: '*', prefix: null };
    const pattern = withAccount(arn.startsWith('arn:') ? arn : '*', account);
    const key = JSON.stringify([pattern, prefix]);
    const same = byPattern.get(key);
    const joined = same === undefined ? [evidence] : [...same.evidence, evidence];
    byPattern.set(key, { action, arn: pattern, prefix, regions: known, evidence: joined });
  }
  return [...byPattern.values()].sort((a, b) =>
    a.arn < b.arn || (a.arn === b.arn && (a.prefix ?? '') < (b.prefix ?? '')) ? -1 : 1,
  );
}

/** Identification writes `*` where the account of the signing key was not known; the baseline knows it where all keys were of one. */
function withAccount(arn: string, account: string | null): string {
  if (account === null || !arn.startsWith('arn:')) return arn;
  const parts = arn.split(':');
  if (parts[4] === '*') parts[4] = account;
  return parts.join(':');
}

/** A pattern within another says nothing of its own; its evidence goes to the wider one. */
function withoutCovered(uses: readonly Use[]): Use[] {
  if (uses.length > MAX_COMPARED) return [...uses];
  const gone = new Map<Use, Use>();
  for (const use of uses) {
    const wider = uses.find((other) => other !== use && !gone.has(other) && covers(other, use));
    if (wider !== undefined) gone.set(use, wider);
  }
  return uses
    .filter((use) => !gone.has(use))
    .map((use) => {
      const taken = uses.filter((other) => widest(gone, other) === use && other !== use);
      return taken.length === 0 ? use : { ...use, evidence: [use, ...taken].flatMap(({ evidence }) => evidence) };
    });
}

/** Pairs are compared: above this the list stays as long as it is. */
const MAX_COMPARED = 600;

function widest(gone: ReadonlyMap<Use, Use>, use: Use): Use {
  let at = use;
  for (let next = gone.get(at); next !== undefined; next = gone.get(at)) at = next;
  return at;
}

function covers(wider: ResourcePattern, narrower: ResourcePattern): boolean {
  if (!absorbsArn(wider.arn, narrower.arn)) return false;
  if (wider.prefix === null) return true;
  return narrower.prefix !== null && absorbs(wider.prefix, narrower.prefix);
}
