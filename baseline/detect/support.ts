import type { Days } from '../model/days.ts';
import { dayOf } from '../model/days.ts';
import type { Follows } from '../model/follows.ts';
import type { ActionModel, FunctionModel } from '../model/function-model.ts';
import { ResourceTree } from '../model/resource-tree.ts';
import { Seen } from '../model/seen.ts';
import type { TreeNode } from '../model/tree-node.ts';
import { type ResourcePath, resourcePath } from '../names/resource-path.ts';
import { isKinHead, isKinHost } from './kin.ts';
import { covers, endOf, kin } from './openness.ts';
import { isDaring } from './techniques.ts';

/**
 * What was learned from next to nothing: an attack that was already going on while the baseline was learned looks like this, and so do rare paths of the
 * function itself. It is approved, so nothing is refused for it, but where the action is a risky one each use is worth telling.
 */
export class Support {
  readonly actions = new Set<string>();
  readonly egress = new Set<string>();
  /** By action: heads, and templates below a head that is itself well known. */
  readonly #heads = new Map<string, Set<string>>();
  readonly #templates = new Map<string, ResourceTree>();
  /** Where those end in the model's own trees. */
  readonly #ends = new Set<TreeNode>();
  readonly #actions: FunctionModel['actions'];
  /** Actions, and heads with their action before them, that one day brought, where hardly any other did: they would have been told, had they come a day later. */
  readonly bursts: ReadonlySet<string>;
  /** Heads in an account in which the action is scant altogether. */
  readonly elsewhere = new Set<string>();
  readonly #invocations: number;
  readonly #lastDay: number;
  readonly #days: number;
  /** Enough days were seen to tell an incident from the tail. */
  readonly long: boolean;
  /** And enough invocations to know what is scant. */
  readonly judged: boolean;

  constructor(model: FunctionModel) {
    this.#actions = model.actions;
    this.#invocations = model.invocations.count();
    this.#lastDay = dayOf(model.to);
    this.#days = this.#lastDay - dayOf(model.from);
    this.long = this.#days >= MIN_DAYS;
    this.judged = this.long && this.#invocations >= MIN_INVOCATIONS;
    this.bursts = this.long && this.#invocations >= MIN_DARING ? this.#burstsOf(model) : new Set();
    if (!this.long || this.#invocations < MIN_DARING) return;
    const hosts = [...model.egress.entries()].map(([host]) => host);
    // One of many hosts of customers is no sign of anything
    for (const [host, egress] of model.egress.entries())
      if (
        this.isScant(egress.invocations) &&
        !isKinHost(
          host,
          hosts.filter((other) => other !== host),
        )
      )
        this.egress.add(host);
    for (const [name, action] of model.actions.entries()) {
      const daring = isDaring(name);
      if (this.bursts.has(name) || this.isScant(action.invocations, daring)) {
        this.actions.add(name);
        continue;
      }
      this.#addHeads(name, action, daring);
      this.#addTemplates(name, action, daring);
    }
  }

  #addHeads(name: string, { resources: { heads } }: ActionModel, daring: boolean): void {
    const accounts = new Set<string>();
    for (const [key, { root }] of heads) if (!this.isScant(root.all(), true)) accounts.add(accountOf(key));
    for (const [key, { root }] of heads) {
      const elsewhere = !accounts.has(accountOf(key));
      const burst = this.bursts.has(`${name} ${key}`);
      if (!(burst || this.isScant(root.all(), daring || elsewhere)) || isKinHead(key, heads.keys())) continue;
      const scant = this.#heads.get(name) ?? new Set();
      this.#heads.set(name, scant.add(key));
      if (elsewhere) this.elsewhere.add(key);
    }
  }

  #burstsOf({ actions }: FunctionModel): ReadonlySet<string> {
    const bursts = new Set<string>();
    const days = new Set<number>();
    const look = (name: string, seen: Seen): boolean => {
      const few = seen.days.few;
      if (few?.length !== 1 || seen.count() > FEW || seen.count() / this.#invocations > ONE_DAY_DARING) return false;
      bursts.add(name);
      days.add(few[0]!);
      return true;
    };
    for (const [name, { invocations, resources }] of actions.entries()) {
      if (look(name, invocations)) continue;
      for (const [key, { root }] of resources.heads)
        if (!isKinHead(key, resources.heads.keys())) look(`${name} ${key}`, root.all());
    }
    return days.size * SELDOM_NEW <= this.#days ? bursts : new Set();
  }

  #addTemplates(name: string, { resources }: ActionModel, daring: boolean): void {
    const scant: ResourcePath[] = [];
    const days = new Set<number>();
    for (const [template, seen] of resources.templates()) {
      if (!this.isScant(seen, daring)) continue;
      const path = resourcePath(template);
      const head = resources.heads.get(path.key);
      if (path.path === null || head === undefined) continue;
      // One of many names of its kind is no sign of anything; one of a kind is
      if (!this.isScant(kin(head.root, path.path), daring)) continue;
      scant.push(path);
      days.add(seen.days.first);
    }
    // Nor is it where one day after another had its own
    if (scant.length === 0 || days.size >= LONERS) return;
    const tree = new ResourceTree();
    this.#templates.set(name, tree);
    for (const path of scant) {
      tree.add(path, new Seen());
      const end = endOf(resources.heads.get(path.key)!.root, path.path!);
      if (end !== undefined) this.#ends.add(end);
    }
  }

  /**
   * In a handful of thousands of invocations, or on one day out of many and seldom then. What came on the last day only may have come to stay; what is `daring` must have come on
   * several days to be the function's own, however few its invocations are.
   */
  isScant(seen: { count(): number; readonly days: Days }, daring = false): boolean {
    const count = seen.count();
    if (count === 0) return false;
    const share = count / this.#invocations;
    if (isWeekly(seen.days)) return false;
    if (daring && this.long && share <= ONE_DAY_DARING && seen.days.few?.length === 1) return true;
    if (!this.judged) return false;
    if (count <= FEW && share <= SELDOM) return true;
    return share <= ONE_DAY_SHARE && this.onOneDay(seen.days);
  }

  /** In bursts: often, but on few days of many. What belongs to the function's work comes on all of them. */
  inBursts(follows: { readonly often: boolean; readonly days: Days }): boolean {
    if (!this.judged || !follows.often) return false;
    const few = follows.days.few;
    return few !== null && few.length <= (this.#days >= LONG ? 3 : 2) && !few.includes(this.#lastDay);
  }

  /** Part of the function's work as far as it was seen: on several days, and not in bursts. */
  isUsual(seen: Follows | undefined): boolean {
    return seen !== undefined && !this.onOneDay(seen.days) && !this.inBursts(seen);
  }

  /** On one day of at least a week, which is not the last one. */
  onOneDay(days: Days): boolean {
    if (!this.judged) return false;
    const few = days.few;
    return few !== null && few.length === 1 && few[0] !== this.#lastDay;
  }

  isScantResource(action: string, resource: string): boolean {
    if (this.#heads.size === 0 && this.#templates.size === 0) return false;
    const { key, path } = resourcePath(resource);
    if (this.#heads.get(action)?.has(key)) return true;
    const tree = path === null ? undefined : this.#templates.get(action)?.heads.get(key);
    if (tree === undefined) return false;
    const end = endOf(this.#actions.peek(action)!.resources.heads.get(key)!.root, path!);
    return end === undefined ? covers(tree.root, path!) : this.#ends.has(end);
  }
}

/** On the same day of the week, week after week: what is scheduled, not what happened once. */
function isWeekly({ few }: Days): boolean {
  return few !== null && few.length >= 2 && few.every((day) => (day - few[0]!) % 7 === 0);
}

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

const MIN_INVOCATIONS = 20;
/** The same for what is daring. */
const MIN_DARING = 10;
const ONE_DAY_DARING = 0.1;
/** Days that had a name of their own. */
const LONERS = 3;
/** New things came on one day in so many at most. */
const SELDOM_NEW = 4;
const MIN_DAYS = 5;
const LONG = 10;
const FEW = 3;
const SELDOM = 0.01;
const ONE_DAY_SHARE = 0.05;
