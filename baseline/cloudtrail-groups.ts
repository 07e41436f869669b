import { type Asked, resourcesOf, text } from './cloudtrail-names.ts';
import { isFruitlessCode } from './learn/denial.ts';
import { dayOf } from './model/days.ts';
import type { BaselineDocument } from './model/document.ts';
import { FunctionModel } from './model/function-model.ts';
import type { AreLargest } from './model/largest.ts';
import { documentOf } from './model/merge.ts';
import { Seen } from './model/seen.ts';
import type { SizeModel } from './model/size-model.ts';
import { askedFor } from './names/prefix.ts';
import { resourcePath } from './names/resource-path.ts';

/** What CloudTrail's events of one kind amount to: as many as a query put together because they have the same names. */
export interface CallGroup {
  /** As `Call.function`. */
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  /** IAM's name without the service; null where the events say of no action. */
  readonly action: string | null;
  readonly asked: Asked;
  /** False where no key signed. */
  readonly signed: boolean;
  readonly errorCode: string | null;
  /** First and last time, ISO 8601 UTC. */
  readonly from: string;
  readonly to: string;
  /** The first days, ISO dates, as many of them as are told with largest values. */
  readonly days: readonly string[];
  /**
   * Hashes (`unitHash`) of the units that the events fall into, as many as a sketch of all of them needs: all up to eight; else nine, and the one with the highest rank of each
   * register.
   */
  readonly units: readonly number[];
  /** Of single calls and of the sums in one unit, rounded as in `Size`. */
  readonly largest: Readonly<Record<Measure, AreLargest>>;
}

export type Measure = 'calls' | 'bytesOut' | 'bytesIn' | 'bytesOutPerInvocation' | 'bytesInPerInvocation';

/**
 * Learns from groups what the learner learns from their events, count for count, but for what groups have lost: in which order calls came (CloudTrail's times are whole
 * seconds: it hardly knows), and what else was done in the same minute. So there is no `order`, no `sample`, no `several` and no `repeats`, no `hours` and no `ages`, which the detectors that ask for them take for
 * "not known".
 */
export class GroupLearner {
  readonly #models = new Map<string, FunctionModel>();

  add(group: CallGroup): void {
    let model = this.#models.get(group.function);
    if (model === undefined) {
      if (this.#models.size >= MAX_FUNCTIONS) return;
      model = new FunctionModel();
      model.knowsSeveral = false;
      model.hours.known = false;
      model.knowsAges = false;
      model.knowsRepeats = false;
      this.#models.set(group.function, model);
    }
    const seen = seenIn(group);
    model.invocations.join(seen);
    if (model.from === null || group.from < model.from) model.from = group.from;
    if (model.to === null || group.to > model.to) model.to = group.to;
    if (group.asked.account !== null) model.accounts.get(group.asked.account)?.join(seen);
    if (group.action !== null) learnAction(model, group, group.action, seen);
  }

  document(): BaselineDocument {
    return documentOf(this.#models);
  }
}

/** As many as a learner of single calls keeps. */
const MAX_FUNCTIONS = 10_000;

function learnAction(model: FunctionModel, group: CallGroup, name: string, seen: Seen): void {
  const { service, operation, asked, signed, errorCode } = group;
  const action = `${service}:${name}`;
  const learned = model.actions.get(action);
  if (learned === undefined) return;
  learned.invocations.join(seen);
  learned.regions.get(asked.region ?? 'none')?.join(seen);
  // A session's key counts as its own, as in `callsFromCloudTrail`.
  learned.credentials.get(signed ? 'own' : 'unsigned')?.join(seen);
  if (errorCode !== null) learned.errors.get(errorCode)?.join(seen);
  const prefix = text(asked.parameters.prefix);
  const into = isFruitlessCode(errorCode) ? learned.fruitless : learned.resources;
  for (const resource of resourcesOf(service, operation, name, asked))
    into.add(resourcePath(askedFor(resource, action, { prefix })), seen);
  sizes(learned.size, group);
}

function sizes(size: SizeModel, { largest }: CallGroup): void {
  for (const [measure, values] of Object.entries(largest)) size[measure as Measure].join(values);
}

function seenIn({ units, days }: CallGroup): Seen {
  const seen = new Seen();
  for (const unit of units) seen.add({ unit, day: UNKNOWN });
  for (const day of days) seen.days.add(dayOf(day));
  return seen;
}

/** Days stand beside the units: which was when is not told. */
const UNKNOWN = -1;
