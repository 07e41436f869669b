import { severityWord } from '../severity-word.ts';
import { Numbered } from './numbered.ts';
import type { TimelineEvent } from './timeline.ts';

/** Events that say the same but for their numbers. */
export interface Line {
  /** The first of them. */
  readonly event: TimelineEvent;
  readonly what: Numbered;
  count: number;
  last: string;
  /** What all of them have. */
  by: readonly string[];
}

/**
 * What came again and again is one line. Several may take turns from the beginning (two detectors that tell of one deed); what then comes of another kind begins anew: seventy notices round one
 * serious line hide it, and what came after a deployment did not come before it.
 */
export function linesOf(events: readonly TimelineEvent[]): Line[] {
  const lines: Line[] = [];
  let stretch = new Map<string, Line>();
  let labels = new Set<string>();
  let isRepeated = false;
  for (const event of events) {
    const what = new Numbered(event.what);
    const label = labelOf(event);
    const form = `${label} ${what.form}`;
    const isOther = !labels.has(label) && (isRepeated || !isCall(event) || !isCall(lines.at(-1)?.event ?? event));
    if (isOther) {
      stretch = new Map();
      labels = new Set();
      isRepeated = false;
    }
    labels.add(label);
    const by = event.by?.split(', ') ?? [];
    const known = stretch.get(form);
    if (known === undefined) {
      const line = { event, what, count: 1, last: event.time, by };
      stretch.set(form, line);
      lines.push(line);
    } else {
      isRepeated = true;
      known.what.join(what);
      known.count++;
      known.last = event.time;
      known.by = known.by.filter((part) => by.includes(part));
    }
  }
  return lines;
}

/** Of the function's own. */
const isCall = ({ kind }: TimelineEvent): boolean => kind === 'finding' || kind === 'refused';

export const labelOf = ({ kind, severity }: TimelineEvent): string =>
  kind === 'finding' && severity !== null ? severityWord(severity) : kind;
