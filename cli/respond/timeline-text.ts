import { hanging } from '../layout.ts';
import { grouped } from '../progress.ts';
import { severityWord } from '../severity-word.ts';
import { type Style, styleFor, widthOf } from '../style.ts';
import type { TimelineEvent } from './timeline.ts';

/** Events that say the same, of which the first stands for all. */
interface Line {
  readonly event: TimelineEvent;
  count: number;
  last: string;
  /** What all of them have. */
  by: readonly string[];
}

/** For people. What is of one kind and nothing of another came between is told once for each thing: seventy notices round one serious line hide it. */
export function timelineText(name: string, events: readonly TimelineEvent[]): string {
  if (events.length === 0) return `Nothing is known of ${name}.\n`;
  const style = styleFor(process.stdout);
  const width = widthOf(process.stdout);
  const lines: string[] = [];
  let day = '';
  for (const line of folded(events)) {
    const { time } = line.event;
    if (time.slice(0, 10) !== day) lines.push(style.bold(time.slice(0, 10)));
    day = time.slice(0, 10);
    const at = `  ${time.slice(11, 19)}  `;
    const label = labelOf(line.event).padEnd(10);
    const painted = `${at}${paint(line.event, style)(label)}  `;
    lines.push(...hanging(`${at}${label}  `, sentence(line, day), width, (text) => text, painted));
  }
  return `${lines.join('\n')}\n`;
}

function folded(events: readonly TimelineEvent[]): Line[] {
  const lines: Line[] = [];
  let stretch = new Map<string, Line>();
  let label = '';
  for (const event of events) {
    if (labelOf(event) !== label) stretch = new Map();
    label = labelOf(event);
    const by = event.by?.split(', ') ?? [];
    const known = stretch.get(event.what);
    if (known === undefined) {
      const line = { event, count: 1, last: event.time, by };
      stretch.set(event.what, line);
      lines.push(line);
    } else {
      known.count++;
      known.last = event.time;
      known.by = known.by.filter((part) => by.includes(part));
    }
  }
  return lines;
}

function sentence({ event, count, last, by }: Line, day: string): string {
  const until = last.slice(0, 10) === day ? last.slice(11, 19) : `${last.slice(0, 10)} ${last.slice(11, 19)}`;
  const again = last.slice(0, 19) === event.time.slice(0, 19) ? '' : `, until ${until}`;
  const times = count === 1 ? '' : ` (${grouped(count)} times${again})`;
  return `${event.what}${times}${by.length === 0 ? '' : ` [${by.join(', ')}]`}`;
}

const labelOf = ({ kind, severity }: TimelineEvent): string =>
  kind === 'finding' && severity !== null ? severityWord(severity) : kind;

function paint({ kind, severity }: TimelineEvent, style: Style): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return style.red;
  if (severity === 'medium') return style.yellow;
  if (severity === 'info') return style.dim;
  return kind === 'deployment' ? style.cyan : (text) => text;
}
