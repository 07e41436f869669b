import { PREFIX, resourcePath } from '../learn/resource-path.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { type ActionModel, FunctionModel } from '../model/function-model.ts';
import { covers } from './openness.ts';
import { Support } from './support.ts';

/** A function's baseline in the form that judging asks it: made once, never changed. */
export class Normal {
  readonly model: FunctionModel;
  /** Observed invocations; 0 for a document written by hand. */
  readonly invocations: number;
  /** Service prefixes with their regions. */
  readonly regions = new Map<string, Set<string>>();
  readonly foreignKeys = new Set<string>();
  readonly support: Support;
  /** By step: the share of invocations that take it, from the sample; only steps that the sample has. */
  readonly share = new Map<string, number>();
  /** By step: how many different steps came before it, and how many of those in one invocation only. */
  readonly predecessors = new Map<string, { many: number; once: number; invocations: number }>();

  constructor(baseline: FunctionBaseline) {
    this.model = FunctionModel.from(baseline);
    this.invocations = this.model.invocations.count();
    this.support = new Support(this.model);
    for (const [name, action] of this.model.actions.entries()) {
      const service = serviceOf(name);
      const regions = this.regions.get(service) ?? new Set();
      for (const [region] of action.regions.entries()) regions.add(region);
      this.regions.set(service, regions);
      for (const [key] of action.credentials.entries()) if (/^A[A-Z]IA/.test(key)) this.foreignKeys.add(key);
    }
    const sampled = this.model.sample.units;
    for (const counts of sampled.values()) {
      for (const step of counts.keys()) this.share.set(step, (this.share.get(step) ?? 0) + 1 / sampled.size);
    }
    for (const [, next] of this.model.follows.entries()) {
      for (const [step, seen] of next.entries()) {
        const before = this.predecessors.get(step) ?? { many: 0, once: 0, invocations: 0 };
        this.predecessors.set(step, before);
        before.invocations += seen.count();
        if (seen.count() === 1) before.once++;
        if (seen.often) before.many++;
      }
    }
  }

  action(name: string): ActionModel | undefined {
    return this.model.actions.peek(name);
  }

  /** True where the action is normal on this resource. `account` is the caller's: what a request leaves open (`*`) is then that one. */
  covers(action: ActionModel, resource: string, account: string | null): boolean {
    if (this.#coversAsIs(action, resource)) return true;
    const filled = fillAccount(resource, account);
    return filled !== null && this.#coversAsIs(action, filled);
  }

  #coversAsIs(action: ActionModel, resource: string): boolean {
    const { head, joint, path } = resourcePath(resource);
    const known = action.resources.heads.get(head + joint);
    if (known !== undefined && (path === null || covers(known.root, path))) return true;
    // Listing one folder is narrower than listing the bucket, which was normal
    return joint === PREFIX && action.resources.heads.has(head);
  }
}

export const serviceOf = (action: string): string => action.slice(0, Math.max(0, action.indexOf(':')));

/**
 * `arn:aws:sqs:eu-west-1:*:queue` ↔ the same with the account filled in: identification writes `*` where the account of the signing key is not known. In
 * both directions only the caller's own account may stand for it.
 */
function fillAccount(resource: string, account: string | null): string | null {
  if (account === null || !resource.startsWith('arn:')) return null;
  const parts = resource.split(':');
  if (parts[4] === '*') parts[4] = account;
  else if (parts[4] === account) parts[4] = '*';
  else return null;
  return parts.join(':');
}
