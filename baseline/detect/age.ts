import { ageOf } from '../model/ages.ts';
import type { NamedDate } from '../names/named-date.ts';
import { askedFor } from '../names/prefix.ts';
import { resourcePath } from '../names/resource-path.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { resourceName } from './resource-name.ts';
import { riskOf } from './techniques.ts';
import type { UsualAges } from './usual-ages.ts';

/** A name of a day or month as long ago, or ahead, as the function never uses them: last week's files in a function that works on today's. */
export const age: Detector = {
  name: 'age',
  when: 'after',
  inspect(call, { usualAges }, { tally }) {
    if (usualAges.size === 0 || tally.day < 0) return NONE;
    for (const { action, resources } of call.access) {
      const known = usualAges.get(action);
      if (known === undefined) continue;
      for (const arn of resources) {
        const { key, head, date } = resourcePath(askedFor(arn, action, call));
        const usual = date === null ? null : (known.get(key)?.[date.unit] ?? null);
        if (usual === null || usual.has(date!, tally.day)) continue;
        return [deviationOf(action, head, arn, date!, tally.day, usual)];
      }
    }
    return NONE;
  },
};

function deviationOf(
  action: string,
  head: string,
  arn: string,
  date: NamedDate,
  day: number,
  usual: UsualAges,
): Deviation {
  const { severity, techniques } = riskOf(action);
  const old = ageOf(date, day);
  return {
    detector: 'age',
    kind: 'unusual',
    key: `${action} ${head}/*: names of another time`,
    severity,
    score: 0.6,
    action,
    resource: arn,
    reason: `${action} in ${resourceName(head)} on what is named for ${dateText(date)}, ${Math.abs(old)} ${date.unit}${Math.abs(old) === 1 ? '' : 's'} ${old < 0 ? 'after' : 'before'} the run; normal is ${usual}`,
    techniques,
    // Somebody may have asked for old ones: told in three invocations, it is known
    weak: true,
    about: 'call',
  };
}

/** 2026-11-02, or 2026-11. */
const dateText = ({ unit, at }: NamedDate): string =>
  unit === 'day'
    ? new Date(at * 86_400_000).toISOString().slice(0, 10)
    : new Date(Date.UTC(1970, at)).toISOString().slice(0, 7);
