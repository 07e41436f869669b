import type { Configured } from '../respond/change.ts';
import { type ConfigurationChange, sameState } from '../respond/change.ts';
import { overLimit } from './limits.ts';
import { type Settings, settingsProblem } from './settings.ts';
import { type FunctionState, isSealed, unsupported } from './support.ts';
import { leading, leaving } from './variables.ts';

/** What would be done to one function: a value, to be shown, written to an undo file and carried out. */
export type Plan = {
  readonly function: FunctionState;
  /** What a person should know before. */
  readonly notes: readonly string[];
} & (
  | { readonly state: 'change'; readonly change: ConfigurationChange }
  | { readonly state: 'unchanged' }
  /** `reason`: one phrase about the function. */
  | { readonly state: 'refused'; readonly reason: string }
);

/** By its name, or because the option names it. */
export const isOurLayer = (arn: string, given: readonly string[] = []): boolean =>
  /:layer:[^:]*rolefence[^:]*:\d+$/i.test(arn) || given.some((one) => nameOf(one) === nameOf(arn));

const nameOf = (arn: string): string => arn.split(':').slice(0, 7).join(':');

/** `layer` is the version that fits the function. */
export function planAttach(state: FunctionState, layer: string, settings: Settings): Plan {
  const notes = state.snapStart ? ['SnapStart: the change takes hold with the next published version'] : [];
  const refused = (reason: string): Plan => ({ function: state, notes, state: 'refused', reason });
  const sealed = isSealed({ ...state.variables, ...settings });
  const no = unsupported(state, sealed);
  if (no !== null) return refused(no);
  const lead = leading(state);
  if (lead.kind === 'refused') return refused(lead.reason);

  // In its place where an older version of it is there, else behind what the function has
  const ours = state.layers.findIndex((one) => isOurLayer(one, [layer]));
  const others = state.layers.filter((one, i) => i === ours || !isOurLayer(one, [layer]));
  const layers = ours < 0 ? [...others, layer] : others.map((one) => (isOurLayer(one, [layer]) ? layer : one));
  const wanted: Record<string, string | null> = { ...lead.variables, ...settings };
  const all = merged(state.variables, wanted);
  const problem = settingsProblem(all) ?? overLimit(layers, all);
  if (problem !== null) return refused(problem);
  return changeOf(state, layers, wanted, notes);
}

/** Takes away all that is ours. Where variables were ours before attach, only its undo file brings them back. */
export function planDetach(state: FunctionState, given: readonly string[]): Plan {
  if (state.unreadable)
    return {
      function: state,
      notes: [],
      state: 'refused',
      reason: 'its variables cannot be read by these credentials (KMS), so they would be lost',
    };
  return changeOf(
    state,
    state.layers.filter((one) => !isOurLayer(one, given)),
    leaving(state),
    [],
  );
}

function changeOf(
  state: FunctionState,
  layers: readonly string[],
  wanted: Readonly<Record<string, string | null>>,
  notes: readonly string[],
): Plan {
  const names = Object.keys(wanted).filter((name) => (state.variables[name] ?? null) !== wanted[name]);
  const pick = (from: Readonly<Record<string, string | null>>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  const before: Configured = { layers: state.layers, variables: pick(state.variables) };
  const after: Configured = { layers, variables: pick(wanted) };
  if (sameState(before, after)) return { function: state, notes, state: 'unchanged' };
  return {
    function: state,
    notes,
    state: 'change',
    change: { kind: 'configuration', function: state.arn, before, after },
  };
}

/** All variables of a function with these. */
export function merged(
  own: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const all: Record<string, string> = { ...own };
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) delete all[name];
    else all[name] = value;
  }
  return all;
}
