import { isOpen } from '../detect/another-name.ts';
import type { BaselineDocument } from '../model/document.ts';
import { type ActionModel, FunctionModel } from '../model/function-model.ts';
import type { Seen } from '../model/seen.ts';
import { evidenceOnce } from '../model/tree-node.ts';
import { resourcePath } from '../names/resource-path.ts';
import { own } from '../own.ts';
import { knownHours } from './known-hours.ts';
import { knownOrder } from './known-order.ts';
import { noRoomFor } from './no-room.ts';
import { outsideOf } from './outside.ts';
import { type SealingAdvice, sealingAdvice } from './sealing-advice.ts';

/** How much of a function has been seen: whether its baseline is ready to alert and to block by. */
export interface CoverageReport {
  readonly functions: readonly FunctionCoverage[];
}

export interface FunctionCoverage {
  readonly function: string;
  /** Enough has been seen that a deviation is worth telling somebody. */
  readonly alertReady: boolean;
  /** Enough has been seen that a deviation is worth refusing a call. Only a person switches to it. */
  readonly blockReady: boolean;
  /** Estimated probability that the next invocation shows something that was never seen. */
  readonly pNew: number;
  /** Upper bound of it, with 95 % confidence. */
  readonly upper: number;
  /** What is still open, most telling first: one sentence each. */
  readonly open: readonly string[];
  /** What it tries and the baseline does not allow, since AWS refused it or never answered: one sentence each. They stand in `open`, too. */
  readonly refused: readonly string[];
  /** What its document had no room for: one sentence each. They stand in `open`, too. */
  readonly noRoom: readonly string[];
  /** True where what AWS refuses shows so often that no further invocation makes it ready for block mode. */
  readonly hindered: boolean;
  /** Whether a run at an odd hour is told, one sentence. */
  readonly hours: string;
  /** Whether an odd order of calls and a second tenant are told, one sentence. */
  readonly order: string;
  /** The same estimate for each kind of thing. */
  readonly facets: readonly FacetCoverage[];
  /** Whether it can run with sealed credentials, and what would break. */
  readonly sealing: SealingAdvice;
}

export interface FacetCoverage {
  readonly facet: 'action' | 'resource' | 'region' | 'credential' | 'egress';
  /** How many different ones are known. */
  readonly known: number;
  /** How many of them were seen in one invocation only. */
  readonly once: number;
  readonly pNew: number;
  readonly upper: number;
}

/** At most one invocation in twenty, and in two hundred, may still show something new. */
const ALERT_UPPER = 0.05;
const BLOCK_UPPER = 0.01;
/** A day, less what lies between its first and its last call. */
const MIN_DAYS = 0.9;
const OPEN_SHOWN = 10;

/**
 * By Good and Turing: the share of invocations that show something for the first time is estimated by the number of things that were seen in one
 * invocation only. Names that vary by nature (open places) are no new things. The bound takes the count of such things as Poisson.
 */
export function coverage(document: BaselineDocument): CoverageReport {
  return {
    functions: Object.entries(document.functions).map(([name, baseline]) =>
      coverageOf(name, FunctionModel.from(baseline), noRoomFor(baseline), knownHours(baseline)),
    ),
  };
}

function coverageOf(name: string, model: FunctionModel, noRoom: readonly string[], hours: string): FunctionCoverage {
  const invocations = model.invocations.count();
  const once: string[] = [];
  const facets = new Map<FacetCoverage['facet'], { known: number; once: number }>();
  const count = (facet: FacetCoverage['facet'], seen: number, sentence: string) => {
    const sums = facets.get(facet)!;
    sums.known++;
    if (seen !== 1) return;
    sums.once++;
    once.push(`${sentence} was seen in one invocation only`);
  };
  for (const facet of FACETS) facets.set(facet, { known: 0, once: 0 });
  for (const [action, learned] of model.actions.sorted()) {
    const times = learned.invocations.count();
    // Only ever refused: told below
    if (learned.resources.heads.size === 0 && learned.fruitless.heads.size > 0) continue;
    count('action', times, action);
    // What was seen once altogether is one thing, not four
    if (times === 1) continue;
    for (const [thing, seen] of closedThings(learned)) count('resource', seen.count(), `${action} on ${thing}`);
    for (const [region, seen] of learned.regions.sorted()) count('region', seen.count(), `${action} in ${region}`);
    for (const [key, seen] of learned.credentials.sorted())
      count('credential', seen.count(), `${action} with ${own(CREDENTIALS, key) ?? `key ${key}`}`);
  }
  for (const [host, egress] of model.egress.sorted())
    count('egress', egress.invocations.count(), `the connection to ${host}`);
  const outside = outsideOf(model);
  const pNew = invocations === 0 ? 1 : Math.min(1, Math.max(outside.share, once.length / invocations));
  const upper = invocations === 0 ? 1 : Math.min(1, Math.max(outside.share, poissonUpper(once.length) / invocations));
  // Once may have been an accident.
  const hindered = outside.share > BLOCK_UPPER && outside.share * invocations >= 2;
  const days = spanInDays(model);
  const open = once.slice(0, OPEN_SHOWN);
  const refused = outside.sentences.slice(0, OPEN_SHOWN);
  if (outside.sentences.length > OPEN_SHOWN)
    refused.push(`${outside.sentences.length - OPEN_SHOWN} more things were refused by AWS or never answered`);
  open.unshift(...noRoom.slice(0, OPEN_SHOWN), ...refused);
  if (once.length > OPEN_SHOWN) open.push(`${once.length - OPEN_SHOWN} more things were seen in one invocation only`);
  const full = new Set([...model.places()].filter(({ place }) => place.size >= place.most).map(({ what }) => what));
  if (full.size > 0) open.push(`it holds as many ${[...full].join(', ')} as it can: more of them are not learned`);
  if (invocations === 0) open.unshift('nothing has been observed yet');
  else if (days < 1)
    open.unshift(
      `only ${days < 1 / 24 ? 'minutes' : `${Math.floor(days * 24)} hours`} were observed: what runs daily has not been seen`,
    );
  else if (days < 7)
    open.push(
      `only ${Math.floor(days)} ${days < 2 ? 'day was' : 'days were'} observed: what runs weekly has not been seen`,
    );
  const needed = (bound: number) => Math.ceil(poissonUpper(once.length) / bound);
  if (hindered) {
    open.push(
      'it can never be ready for block mode while it tries what AWS refuses: grant that, or take it out of the code',
    );
  } else if (invocations > 0 && poissonUpper(once.length) / invocations > BLOCK_UPPER) {
    open.push(
      `about ${needed(BLOCK_UPPER) - invocations} more invocations without anything new are needed to block by it`,
    );
  }
  return {
    function: name,
    alertReady: upper <= ALERT_UPPER,
    blockReady: upper <= BLOCK_UPPER && days >= MIN_DAYS && noRoom.length === 0,
    pNew: round(pNew),
    upper: round(upper),
    open,
    refused,
    noRoom,
    hindered,
    hours,
    order: knownOrder(model),
    sealing: sealingAdvice(model),
    facets: FACETS.map((facet) => {
      const { known, once: singles } = facets.get(facet)!;
      return {
        facet,
        known,
        once: singles,
        pNew: invocations === 0 ? 1 : round(Math.min(1, singles / invocations)),
        upper: invocations === 0 ? 1 : round(Math.min(1, poissonUpper(singles) / invocations)),
      };
    }),
  };
}

const FACETS = ['action', 'resource', 'region', 'credential', 'egress'] as const;
const CREDENTIALS: Readonly<Record<string, string>> = {
  own: "the role's own key",
  issued: 'a key that an assumed role issued',
  unknown: 'a key of unknown origin',
  unsigned: 'no signature',
};

/** Closed resources, and names in closed places. */
function* closedThings(action: ActionModel): Generator<[string, Seen]> {
  const evidence = evidenceOnce();
  for (const [template, seen] of [...action.resources.templates()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { key, path } = resourcePath(template);
    if (path !== null) {
      const learned = action.resources.heads.get(key);
      if (learned !== undefined && isOpen(learned.root, path, evidence)) continue;
    }
    yield [template, seen];
  }
}

/** One sentence for a person. `wouldRefuse`: how often something went through since that block mode refuses. */
export function coverageSentence(coverage: FunctionCoverage, wouldRefuse = 0): string {
  const share = coverage.upper * 100;
  const percent = `${share < 1 ? share.toPrecision(1) : Math.round(share)} %`;
  const [first] = coverage.noRoom;
  if (first !== undefined) {
    const more = coverage.noRoom.length === 1 ? '' : `, and ${coverage.noRoom.length - 1} more`;
    return `${coverage.function} is not ready for block mode, its document is too large: ${first}${more}.`;
  }
  if (coverage.blockReady && wouldRefuse > 0)
    return `${coverage.function} is ready for alert mode, not yet for block: at most ${percent} of invocations would still show something new, but what went through ${wouldRefuse === 1 ? 'once' : `${wouldRefuse} times`} would be refused.`;
  if (coverage.blockReady)
    return `${coverage.function} is ready for block mode: at most ${percent} of invocations would still show something new.`;
  if (coverage.hindered)
    return `${coverage.function} ${coverage.alertReady ? 'is ready for alert mode, and ' : ''}can never be ready for block mode as it is: time and again it tries what AWS refuses or never answers.`;
  if (coverage.alertReady)
    return `${coverage.function} is ready for alert mode, not yet for block: up to ${percent} of invocations may still show something new.`;
  return `${coverage.function} is still learning: up to ${percent} of invocations may still show something new.`;
}

/** 95 % upper bound of a Poisson mean after `count` events (Byar's approximation; 3 for none). */
const poissonUpper = (count: number): number => {
  const n = count + 1;
  return n * (1 - 1 / (9 * n) + 1.645 / (3 * Math.sqrt(n))) ** 3;
};

const spanInDays = ({ from, to }: FunctionModel): number =>
  from === null || to === null ? 0 : (Date.parse(to) - Date.parse(from)) / 86_400_000;

const round = (share: number): number => Number(share.toPrecision(3));
