import { jsonBytes } from '../names/shortened.ts';
import { AGES } from './ages.ts';
import { CUT } from './cuts.ts';
import { FORMAT, type FunctionBaseline } from './document.ts';
import { EVIDENCE, fitAll, type Part } from './fit.ts';
import { foldNames } from './fold-names.ts';
import type { FunctionModel } from './function-model.ts';
import { HOUR, HOURS } from './hours.ts';
import { STEP } from './order.ts';
import { REPEATS } from './repeats.ts';
import { NUMBERS } from './size-model.ts';
import { serializeBaseline } from './write.ts';

/** Bytes of one function's document at most, however much its calls vary. */
export const LARGEST_DOCUMENT = 256 * 1024;

/** Whether it takes no more as a document of its own. `written`: what it is there. Weights are an upper bound, and cheaper than the text. */
export function isWithin(room: number, model: FunctionModel, written: FunctionBaseline): boolean {
  const { follows, sample } = model;
  const parts = [...thingsOf(model), follows.steps.part(STEP), follows.part(), sample.part(follows.steps)];
  return parts.reduce((sum, { weight }) => sum + weight, AROUND) <= room || taken(written) <= room;
}

const taken = (written: FunctionBaseline): number =>
  Buffer.byteLength(serializeBaseline({ format: FORMAT, functions: { '': written } })) + AROUND;

/**
 * Folds what there is no room for by what it really takes, in the order and with the shares of `fitFunction`. Weights take everything for larger than it is: by them what is closed would be opened
 * where there is room for it.
 */
export function fitWritten(model: FunctionModel, room: number, write: () => FunctionBaseline): void {
  const things = (written: FunctionBaseline) => taken({ ...written, order: NO_ORDER, sample: [] });
  const whole = write();
  const before = things(whole);
  const most = Math.max(room * THINGS, room - (taken(whole) - before));
  if (before > most) {
    for (const list of filled(model)) fitAll([list], room * LIST);
    foldNames(model, things(write()) - most);
  }
  if (things(write()) > most) fitAll(thingsOf(model), most - AROUND);
  fitOrder(model, room - things(write()));
}

/** Of a document that is too large, what each list that calls fill may take before names are folded: nobody opens what is closed by filling them. */
const LIST = 1 / 16;
const NO_ORDER = { steps: [], follows: {} } as const;

/**
 * Folds what there is no room for. What a function does and where to goes first, order and the sample have what that leaves; each of the two has a share that
 * the other cannot take.
 */
export function fitFunction(model: FunctionModel, room: number): void {
  const things = thingsOf(model);
  const least = things.reduce((sum, part) => sum + part.least, 0);
  const weight = things.reduce((sum, part) => sum + part.weight, 0);
  const most = Math.max(room * THINGS, least);
  fitAll(things, most);
  fitOrder(model, room - AROUND - Math.max(least, Math.min(weight, most)));
}

/** What a function does and where to. */
const thingsOf = (model: FunctionModel): Part[] => [...actions(model), hosts(model), ...lists(model)];

/** The list of steps first: what the others weigh hangs on whether any had to go. */
function fitOrder({ follows, sample }: FunctionModel, room: number): void {
  const steps = follows.steps.part(STEP);
  const share = Math.min(steps.weight, room / 3);
  fitAll([steps], share);
  fitAll([follows.part(), sample.part(follows.steps)], room - share);
}

/** Of too many actions it is not known what had to go: each weighs all that one can. */
function actions({ actions }: FunctionModel): Part[] {
  return [...actions.entries()].map(([name, action]) => {
    const part = action.part(actions.full ? actions.longest : jsonBytes(name));
    return actions.full ? { ...part, weight: Number.POSITIVE_INFINITY } : part;
  });
}

/** Sizes are the first to go. */
function hosts({ egress }: FunctionModel): Part {
  return {
    weight: egress.weigh(HOST + NUMBERS.most * NUMBERS.each),
    least: CUT,
    fold: (most) => {
      let sizes = NUMBERS.most;
      // As much as a cut list keeps: names must not go while sizes could.
      while (sizes > 1 && egress.weigh(HOST + sizes * NUMBERS.each) > most - CUT) sizes--;
      for (const [, host] of egress.entries()) host.size.keep(sizes);
      egress.part(HOST + sizes * NUMBERS.each).fold(most);
    },
  };
}

const lists = (model: FunctionModel): Part[] => [
  ...[model.versions, model.accounts].map((list) => list.part(EVIDENCE)),
  ...filled(model),
];

/** Lists of what somebody may choose by what he calls. */
const filled = ({ unreached, several, ages, repeats }: FunctionModel): Part[] => [
  unreached.part(EVIDENCE),
  several.part(FEW_SIGHTINGS),
  ages.part(AGES, 0, ({ bytes }) => bytes),
  repeats.part(REPEATS),
];

/** The share of what a function does and where to: the rest is for order and sample at least. */
const THINGS = 0.78;
/** Bytes. What stands around all of it, with the function's name and its hours. */
const AROUND = 2 * 1024 + HOURS * HOUR;
/** What stands around what is told of a host, with its own evidence. */
const HOST = 170 + EVIDENCE;
/** Four sightings and three days. */
const FEW_SIGHTINGS = 64;
