import type { Days } from '../model/days.ts';
import { dayOf } from '../model/days.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { AGAIN } from '../names/step.ts';

/**
 * What up to three days brought that `order`, `company` and `age` would have told a week later: what came on several days they take for normal, and where several things came they say nothing of their
 * place any more. It is evidence, not permission, so no list of what is allowed shows it.
 */
export interface Leeway {
  /** Of one kind, for a person. */
  readonly what: string;
  readonly count: number;
  /** ISO dates, the first of them. */
  readonly days: readonly string[];
  /** One of them. */
  readonly example: string;
}

export function leewayOf(baseline: FunctionBaseline): Leeway[] {
  const model = FunctionModel.from(baseline);
  // Of so short a time everything is of a day or two
  if (dayOf(model.to) - dayOf(model.from) < MIN_DAYS) return [];
  return KINDS.flatMap(([what, list]) => {
    const found = [...list(model)].filter(({ days }) => isFew(days));
    const [first] = found;
    if (first === undefined) return [];
    const days = [...new Set(found.flatMap(({ days }) => days.toJson() ?? []))].sort();
    return [{ what, count: found.length, days, example: first.of }];
  });
}

/** One sentence. */
export function leewayText({ what, count, days, example }: Leeway): string {
  const more = days.length - SHOWN;
  const when = `${days.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more days` : ''}`;
  return `${what} came on few days only (${when}): ${example}${count === 1 ? '' : `, and ${count - 1} more`}`;
}

interface Came {
  readonly of: string;
  readonly days: Days;
}

const KINDS: readonly (readonly [what: string, list: (model: FunctionModel) => Iterable<Came>])[] = [
  [
    'several things in one invocation',
    function* ({ several }) {
      for (const [slot, { days }] of several.sorted()) yield { of: slot, days };
    },
  ],
  [
    'another tenant or thing than the invocation had named',
    function* ({ repeats }) {
      for (const [place, at] of repeats.sorted())
        for (const { anew } of at) if (anew.count() > 0) yield { of: place, days: anew.days };
    },
  ],
  ['an order of steps', (model) => steps(model, false)],
  ['a step that was taken up again', (model) => steps(model, true)],
  [
    'an age of names',
    function* ({ ages }) {
      for (const [place, known] of ages.sorted())
        for (const unit of ['day', 'month'] as const) for (const [, days] of known.of(unit)) yield { of: place, days };
    },
  ],
];

function* steps({ follows }: FunctionModel, again: boolean): Generator<Came> {
  for (const [from, next] of follows.entries()) {
    if ((from === AGAIN) !== again) continue;
    for (const [to, { days }] of next) yield { of: again ? to : `${from}, then ${to}`, days };
  }
}

/** Of others no day is known, or they came on many. */
const isFew = ({ few }: Days): boolean => few !== null && few.length > 0;

/** As judging has it (`Support.long`). */
const MIN_DAYS = 5;
const SHOWN = 3;
