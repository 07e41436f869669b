import type { ResourceTree } from '../learn/resource-tree.ts';
import { Ages, LONGEST_LEVEL } from './ages.ts';
import type { Part } from './fit.ts';
import type { FunctionModel } from './function-model.ts';
import { jsonBytes } from './names.ts';

/** By action and head of a resource, as `FunctionBaseline.ages` has it; undefined where it is not known. */
export function agesToJson(model: FunctionModel): Readonly<Record<string, string>> | undefined {
  if (bytesOf(model) > MOST) return undefined;
  const told = [...all(model)].map(([name, ages]) => [name, ages.toText()] as const);
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function readAges(model: FunctionModel, told: Readonly<Record<string, string>> | undefined): void {
  model.knowsAges &&= told !== undefined;
  for (const [name, text] of Object.entries(told ?? {})) {
    const space = name.indexOf(' ');
    const ages = Ages.fromText(text);
    if (ages !== null) model.actions.peek(name.slice(0, space))?.resources.joinAges(name.slice(space + 1), ages);
  }
}

/** They go as a whole: what is told of some names only would be taken for all that is known. */
export function agesPart(model: FunctionModel): Part {
  return {
    weight: Math.min(MOST, bytesOf(model)),
    least: 0,
    fold: () => {
      model.knowsAges = false;
    },
  };
}

/** Infinity where they are not known any more: of names that had to go nobody knows what dates they bore. */
function bytesOf(model: FunctionModel): number {
  const isCut = ({ resources }: { resources: ResourceTree }) => resources.full && resources.isOpen;
  if (!model.knowsAges || model.actions.full || [...model.actions.entries()].some(([, action]) => isCut(action)))
    return Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (const [name, ages] of all(model)) bytes += jsonBytes(name) + AROUND + ages.size * LONGEST_LEVEL;
  return bytes;
}

function* all(model: FunctionModel): Generator<[string, Ages]> {
  for (const [name, { resources }] of model.actions.entries())
    for (const [key, { ages }] of resources.heads) if (ages !== null && ages.size > 0) yield [`${name} ${key}`, ages];
}

/** Bytes of all of them at most: a few dozen buckets by as many actions. */
const MOST = 8 * 1024;
/** Of an entry's quotes, colon and comma, as it is written. */
const AROUND = 20;
