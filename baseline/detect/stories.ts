import type { Call } from '../call.ts';
import { DAY, timeOf } from './call-time.ts';
import type { Deviation } from './deviation.ts';
import { remember } from './remember.ts';
import { isOfStep } from './risk.ts';
import { isSensitive, serviceOf } from './techniques.ts';

/**
 * One thing to read for what is one story: a new tenant shows in four actions at once, a fail-over in region and resources, a large job in calls and in bytes. What an
 * invocation tells after its first finding gets that one's key, and keeps it for a day; so does what another invocation shows of a new thing of the same name (`raw/model=mini/`, then
 * `cmd/mini/`) and of one step done in an unusual way (a step that came to repeat itself is an order, then a number, then a drift). What is critical or touches identities and secrets anew is always a
 * story of its own, so is a new host beside what is new within AWS, where they share no name, and what lies outside the scope never hides behind what is only unusual.
 */
export class Stories {
  /** By invocation: the story that its first finding opened. */
  readonly #open = new Map<number, Story>();
  /** By key: the story that it became part of. */
  readonly #parts = new Map<string, Story>();
  /** By what stories of several invocations may have in common (`marksOf`): the last one that has it. */
  readonly #marked = new Map<string, Story>();

  /** Keys as they are told. Changes no state. */
  told(call: Call, unit: number, deviations: readonly Deviation[]): readonly Deviation[] {
    let open = this.#open.get(unit) ?? null;
    return deviations.map((deviation) => {
      // A notice opens no story, but once more of what belongs to one is counted with it
      const story =
        deviation.severity === 'info' ? this.#partOf(call, deviation) : this.#storyOf(call, deviation, open);
      if (deviation.severity !== 'info' && (open === null || isOpener(open, story!))) open = story;
      return story === null || story.key === deviation.key ? deviation : { ...deviation, key: story.key };
    });
  }

  note(call: Call, unit: number, deviations: readonly Deviation[]): void {
    for (const deviation of deviations) {
      if (deviation.severity === 'info') continue;
      const open = this.#open.get(unit) ?? null;
      const story = this.#storyOf(call, deviation, open);
      if (open === null || isOpener(open, story)) remember(this.#open, unit, story);
      if (story !== this.#parts.get(deviation.key)) remember(this.#parts, deviation.key, story);
      for (const mark of marksOf(deviation)) if (this.#marked.get(mark) !== story) remember(this.#marked, mark, story);
    }
  }

  #storyOf(call: Call, deviation: Deviation, open: Story | null): Story {
    const part = this.#partOf(call, deviation);
    if (part !== null) return part;
    const marked = this.#markedAs(call, deviation);
    if (marked !== null) return marked;
    if (open !== null && timeOf(call) - open.since <= DAY && belongs(deviation, open)) return open;
    return {
      key: deviation.key,
      since: timeOf(call),
      scope: deviation.kind === 'scope',
      alone: standsAlone(deviation) || EXPLAINS_NOTHING.has(deviation.detector),
      isOrder: deviation.detector === 'order' || deviation.detector === 'company',
      about: subject(deviation),
      resource: deviation.resource,
      leaves: leaves(deviation),
      isKin: deviation.kin !== undefined,
    };
  }

  /** The story of a thing of this name, or of this step, within the last day. */
  #markedAs(call: Call, deviation: Deviation): Story | null {
    if (deviation.severity === 'critical') return null;
    for (const mark of marksOf(deviation)) {
      const story = this.#marked.get(mark);
      if (story === undefined || timeOf(call) - story.since > DAY) continue;
      // Twelve calls instead of one are news after an order that was odd once
      if (deviation.detector === 'volume' && story.isOrder) continue;
      if (story.alone || !standsAlone(deviation)) return story;
    }
    return null;
  }

  /** The story that it became part of within the last day. */
  #partOf(call: Call, { key }: Deviation): Story | null {
    const part = this.#parts.get(key);
    return part !== undefined && timeOf(call) - part.since <= DAY ? part : null;
  }
}

interface Story {
  readonly key: string;
  readonly since: number;
  readonly scope: boolean;
  readonly alone: boolean;
  /** Opened by the order or company of known steps. */
  readonly isOrder: boolean;
  /** Detector and action: a sweep over twelve secrets is one story, even where such stories stand alone; so is all that is done to one secret. */
  readonly about: string;
  readonly resource: string | null;
  readonly leaves: boolean;
  /** Opened by one more of a kind. */
  readonly isKin: boolean;
}

/** Words of a new thing's name; the action or host of a known step that is done in an unusual way. */
const marksOf = (deviation: Deviation): readonly string[] =>
  isOfStep(deviation) ? [`step ${deviation.action ?? deviation.resource}`] : (deviation.names ?? NOTHING);

/** The rest of an invocation goes with the first story that does not stand alone. */
const isOpener = (open: Story, story: Story): boolean => open.alone && !story.alone;

/** One more tenant explains neither somebody else's role nor a connection; what a new thing within AWS and a new host have in common shows in their names. */
const belongs = (deviation: Deviation, story: Story): boolean =>
  (story.about === subject(deviation) && !(story.isKin && standsAlone(deviation))) ||
  (deviation.resource !== null && story.resource === deviation.resource && deviation.severity !== 'critical') ||
  (!story.alone &&
    !standsAlone(deviation) &&
    (deviation.kind === 'unusual' || (story.scope && story.leaves === leaves(deviation))));

/** From AWS to a host. */
const leaves = ({ detector }: Deviation): boolean => detector === 'egress';

const subject = ({ detector, action, key }: Deviation): string => `${detector} ${action ?? key}`;

/** One role more of many that differ in their account only is a new tenant's, not an identity by itself; a known one taken in another order is none that is new. */
const standsAlone = (deviation: Deviation): boolean =>
  deviation.kin === undefined &&
  (deviation.severity === 'critical' ||
    (deviation.action !== null && isSensitive(serviceOf(deviation.action)) && !isOfStep(deviation)));

/** A drift, and how invocations end, is about many of them, an odd hour about when one ran: neither says why it does something else. */
const EXPLAINS_NOTHING: ReadonlySet<string> = new Set(['drift', 'omission', 'hours']);
const NOTHING: readonly string[] = [];
