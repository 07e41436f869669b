import type { DeniedCall } from '../../baseline/policy/replay.ts';
import { counted, grouped } from '../progress.ts';
import { legible } from '../style.ts';
import { wrapped } from './columns.ts';

/** What a policy would have denied, each thing once, the most frequent first: a missing permission fails call after call. */
export function deniedLines(denied: readonly DeniedCall[], width: number): string[] {
  const things = new Map<string, { readonly first: DeniedCall; count: number }>();
  for (const one of denied) {
    const thing = `${one.action} on ${one.resource} (${reasonOf(one)})`;
    const known = things.get(thing);
    if (known === undefined) things.set(thing, { first: one, count: 1 });
    else known.count++;
  }
  const sorted = [...things].sort(([, a], [, b]) => b.count - a.count);
  const lines = sorted.slice(0, SHOWN).flatMap(([thing, { first, count }]) => {
    const { time, id } = legible(first.call);
    return [
      `  ${wrapped(legible(thing), width - 4, '    ')}`,
      `    ${counted(count, 'call')}${count > 1 ? ', the first' : ','} ${time ?? 'at no known time'}, id ${id ?? '-'}`,
    ];
  });
  if (sorted.length > SHOWN) lines.push(`  and ${grouped(sorted.length - SHOWN)} more`);
  return [...lines, '  (--json has the id of every call)'];
}

const SHOWN = 20;

function reasonOf({ denial, sid }: DeniedCall): string {
  if (denial === 'explicit') return `denied by ${sid ?? 'a statement'}`;
  if (denial === 'boundary') return 'not within the boundary';
  if (denial !== 'control') return 'not granted';
  return sid === null ? 'not within the service control policies' : `denied by ${sid} of the service control policies`;
}
