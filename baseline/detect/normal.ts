import { EGRESS, MAX_DEPTH, slotOf } from '../learn/company.ts';
import { dayOf } from '../model/days.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { type ActionModel, EgressModel, FunctionModel } from '../model/function-model.ts';
import { PREFIX, type ResourcePath, resourcePath } from '../names/resource-path.ts';
import { besideCommonest } from './commonest.ts';
import { Oddities, type Oddity } from './conformal.ts';
import { isKinHead, MANY_HOSTS, OpenHosts } from './kin.ts';
import { honestLikenesses } from './look-alike.ts';
import { covers } from './openness.ts';
import { Schedule } from './schedule.ts';
import { Steps } from './steps.ts';
import { Support } from './support.ts';
import type { Among } from './tail.ts';
import { isSensitive, serviceOf } from './techniques.ts';
import { type UsualAgesOf, usualAges } from './usual-ages.ts';

/** A function's baseline in the form that judging asks it: made once, never changed. */
export class Normal {
  readonly model: FunctionModel;
  /** Observed invocations; 0 for a document written by hand. */
  readonly invocations: number;
  /** Service prefixes with their regions. */
  readonly regions = new Map<string, Set<string>>();
  readonly foreignKeys = new Set<string>();
  /** Those of them that were learned from next to nothing. */
  readonly scantKeys = new Set<string>();
  readonly support: Support;
  /** Of learning, as of `dayOf`. */
  readonly lastDay: number;
  readonly usualAges: UsualAgesOf;
  /** What the largest sizes are the largest of. */
  readonly among: Omit<Among, 'invocations'>;
  readonly steps: Steps;
  /** Null where no clock starts it. */
  readonly schedule: Schedule | null;
  /** Invocations with a connection outside AWS. */
  readonly #egressInvocations: number;
  /** All hosts as one, where they are many: hosts of customers and the like. */
  readonly allHosts: EgressModel | null;
  readonly #places = new Map<string, number>();
  readonly #others = new Map<string, number>();
  #oddCompany: Oddities | null = null;
  #severalNowAndThen: ReadonlySet<string> | null = null;
  readonly openHosts: OpenHosts;
  #honestLikenesses: ReturnType<typeof honestLikenesses> | null = null;
  /** New hosts kept coming to the end of learning: hosts of customers and the like. */
  readonly hostsKeepComing: boolean;

  constructor(baseline: FunctionBaseline) {
    this.model = FunctionModel.from(baseline);
    this.invocations = this.model.invocations.count();
    this.support = new Support(this.model);
    this.lastDay = dayOf(this.model.to);
    this.usualAges = usualAges(this.model, this.lastDay);
    const { actions, egress } = this.model;
    this.among = { all: this.invocations, things: actions.size + egress.size, long: this.support.long };
    for (const [name, action] of this.model.actions.entries()) {
      const service = serviceOf(name);
      const regions = this.regions.get(service) ?? new Set();
      for (const [region] of action.regions.entries()) regions.add(region);
      this.regions.set(service, regions);
      for (const [key, seen] of action.credentials.entries()) {
        if (!/^A[A-Z]IA/.test(key)) continue;
        this.foreignKeys.add(key);
        if (this.support.isScant(seen)) this.scantKeys.add(key);
      }
    }
    this.steps = new Steps(this.model);
    this.schedule = Schedule.of(baseline);
    const all = new EgressModel();
    for (const [, host] of this.model.egress.entries()) all.join(host);
    this.#egressInvocations = all.invocations.count();
    this.allHosts = this.model.egress.size < MANY_HOSTS ? null : all;
    this.openHosts = new OpenHosts(
      [...this.model.egress.entries()].map(([host, { invocations }]) => [host, invocations.count()] as const),
      this.#egressInvocations,
    );
    this.hostsKeepComing = keepComing(this.model);
  }

  /** Asked for only where an unknown host comes. */
  get honestLikenesses(): ReturnType<typeof honestLikenesses> {
    this.#honestLikenesses ??= honestLikenesses([...this.model.egress.entries()].map(([host]) => host));
    return this.#honestLikenesses;
  }

  action(name: string): ActionModel | undefined {
    return this.model.actions.peek(name);
  }

  /** A known bucket of which little was seen, among many of its pattern: what is normal in the others is normal in it. */
  #coveredInKin(action: ActionModel, { key, head, joint, path }: ResourcePath): boolean {
    const { heads } = action.resources;
    if (path === null || heads.size <= KIN || !isKinHead(key, heads.keys())) return false;
    let covering = 0;
    for (const other of heads.values())
      if (other.joint === joint && other.head !== head && covers(other.root, path)) covering++;
    return covering >= KIN;
  }

  /** Places that had two things in one invocation only, by how many invocations came to them, and those that did not repeat what was named once, by how many did. */
  get oddCompany(): Oddities {
    if (this.#oddCompany === null) {
      const odd: Oddity[] = [];
      for (const [slot, seen] of this.model.several.entries())
        if (seen.count() === 1)
          odd.push({
            oddness: this.invocationsAt(slot, slot === EGRESS ? null : slot.split(' ')[0]!),
            day: seen.days.first,
          });
      for (const [, place] of this.model.repeats.entries())
        for (const { repeated, anew } of place)
          if (anew.count() === 1) odd.push({ oddness: repeated.count(), day: anew.days.first });
      this.#oddCompany = new Oddities(odd, this.invocations);
    }
    return this.#oddCompany;
  }

  /** Actions that were done to two things in one invocation seldom, on several days, in whatever place: too seldom to say of the other places that they keep to one. */
  get severalNowAndThen(): ReadonlySet<string> {
    if (this.#severalNowAndThen === null) {
      const seldom = new Set<string>();
      const often = new Set<string>();
      for (const [slot, seen] of this.model.several.entries()) {
        const action = slot.split(' ')[0]!;
        if (seen.often) often.add(action);
        else if (seen.count() > 1 && !this.support.onOneDay(seen.days)) seldom.add(action);
      }
      this.#severalNowAndThen = new Set([...seldom].filter((action) => !often.has(action)));
    }
    return this.#severalNowAndThen;
  }

  /** Invocations that came to a slot of `company`. */
  invocationsAt(slot: string, name: string | null): number {
    if (name === null) return this.#egressInvocations;
    const action = this.action(name);
    if (action === undefined) return 0;
    if (slot === name) return action.invocations.count();
    const place = slot.slice(0, slot.lastIndexOf('#'));
    let count = this.#places.get(place);
    if (count === undefined) {
      count =
        action.resources.heads
          .get(place.slice(name.length + 1))
          ?.root.all()
          .count() ?? 0;
      if (this.#places.size > 500) this.#places.clear();
      this.#places.set(place, count);
    }
    return count;
  }

  /** Invocations that named something else at this place of a path than most did: `at` as in `company`. */
  besideCommonest(action: string, place: string, at: number): number {
    const slot = slotOf(place, at);
    let others = this.#others.get(slot);
    if (others === undefined) {
      const root = this.action(action)?.resources.heads.get(place.slice(action.length + 1))?.root;
      others = root === undefined ? 0 : besideCommonest(root, at < MAX_DEPTH ? at : null);
      if (this.#others.size > 500) this.#others.clear();
      this.#others.set(slot, others);
    }
    return others;
  }

  /** True where the action is normal on this resource. `account` is the caller's: what a request leaves open (`*`) is then that one. */
  covers(action: ActionModel, resource: string, account: string | null): boolean {
    if (this.#coversAsIs(action, resource)) return true;
    const filled = fillAccount(resource, account);
    return filled !== null && this.#coversAsIs(action, filled);
  }

  #coversAsIs(action: ActionModel, resource: string): boolean {
    const asked = resourcePath(resource);
    const { path } = asked;
    const known = action.resources.heads.get(asked.key);
    if (known !== undefined && (path === null || covers(known.root, path))) return true;
    if (known !== undefined && this.#coveredInKin(action, asked)) return true;
    if (known === undefined && isBeyondCap(action, asked)) return true;
    // Of a partition key a request often does not tell the kind: what is not known is nothing new
    if (
      path === null &&
      asked.head.startsWith('arn:') &&
      asked.head.split(':')[2] === 'dynamodb' &&
      action.resources.heads.has(asked.head + PREFIX)
    )
      return true;
    // Listing one folder is narrower than listing the bucket, which was normal
    return asked.joint === PREFIX && action.resources.heads.has(asked.head);
  }
}

/**
 * One more of names that were too many to be kept: tables of a thousand tenants. Which of them were seen is not known any more, so their pattern must do; never for
 * identities, keys and secrets.
 */
function isBeyondCap({ resources: { heads, full } }: ActionModel, { key }: ResourcePath): boolean {
  return full && !isSensitive(key.split(':')[2] ?? '') && isKinHead(key, heads.keys());
}

/** Arrivals, the first days of learning left out, for there everything is new: some in the second half still. */
function keepComing({ egress, from, to }: FunctionModel): boolean {
  if (egress.size < MANY_HOSTS) return false;
  const [first, last] = [dayOf(from), dayOf(to)];
  if (last - first < MIN_DAYS) return false;
  const half = first + Math.ceil((last - first) / 2);
  let late = 0;
  for (const [, host] of egress.entries()) if (host.invocations.days.first >= half) late++;
  return late >= LATE;
}

/** So many of them must have it. */
const KIN = 2;
const MIN_DAYS = 4;
const LATE = 3;

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
