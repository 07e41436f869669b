import { hanging } from '../layout.ts';
import { counted, grouped } from '../progress.ts';
import { type Style, styleFor, widthOf } from '../style.ts';
import type { Span, TimelineEvent } from './timeline.ts';
import { type Line, labelOf, linesOf } from './timeline-lines.ts';

/** For people. */
export function timelineText(name: string, events: readonly TimelineEvent[], span: Span): string {
  if (events.length === 0) return nothingOf(name, span);
  const style = styleFor(process.stdout);
  const width = widthOf(process.stdout);
  const lines: string[] = [];
  let day = '';
  for (const line of linesOf(events)) {
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

/** What came before or after is said: nothing in the time that was asked about is no all-clear. */
function nothingOf(name: string, { before, after }: Span): string {
  if (before + after === 0) return `Nothing is known of ${name}.\n`;
  const outside = [
    before === 0 ? '' : `${counted(before, 'event')} before`,
    after === 0 ? '' : `${counted(after, 'event')} after`,
  ];
  return `Nothing is known of ${name} in that time, but ${outside.filter((part) => part !== '').join(' and ')} it.\n`;
}

function sentence({ event, what, count, last, by }: Line, day: string): string {
  const until = last.slice(0, 10) === day ? last.slice(11, 19) : `${last.slice(0, 10)} ${last.slice(11, 19)}`;
  const again = last.slice(0, 19) === event.time.slice(0, 19) ? '' : `, until ${until}`;
  const times = count === 1 ? '' : ` (${grouped(count)} times${again})`;
  return `${what}${times}${by.length === 0 ? '' : ` [${by.join(', ')}]`}`;
}

function paint({ kind, severity }: TimelineEvent, style: Style): (text: string) => string {
  if (severity === 'critical' || severity === 'high') return style.red;
  if (severity === 'medium') return style.yellow;
  if (severity === 'info') return style.dim;
  return kind === 'deployment' ? style.cyan : (text) => text;
}
