import type { Call } from '../call.ts';
import type { BaselineDocument } from '../model/document.ts';
import type { FunctionModel } from '../model/function-model.ts';
import { documentOf } from '../model/merge.ts';
import { FunctionLearner } from './function-learner.ts';

/** Turns calls into baselines, function by function. Pure: no clock but `Call.time`; the same calls give the same document. */
export interface Learner {
  /** Refused calls and calls without a function's name are never learned. */
  observe(call: Call): void;
  /** All that was observed since the start. */
  document(): BaselineDocument;
  /**
   * What was observed since the last take, as a document that merges with others in any order, any number of times; null where nothing was.
   * Taking does not shorten what `document` gives.
   */
  takeDelta(): BaselineDocument | null;
}

export interface LearnerOptions {
  /** Keep the whole besides the delta, so that `document` can be asked for. Default true; the sensor without a file to write turns it off. */
  readonly keepAll?: boolean;
  /** Calls of a kind that came before take a shorter way (`Track`), to the same end. Default true; tests hold it against the long way. */
  readonly remembers?: boolean;
}

/** Names of functions are input too: one learner keeps this many at most. */
export const MAX_FUNCTIONS = 10_000;

export function createLearner(options: LearnerOptions = {}): Learner {
  const learners = new Map<string, FunctionLearner>();

  return {
    observe(call) {
      if (call.verdict === 'block' || call.function === null) return;
      let learner = learners.get(call.function);
      if (learner === undefined) {
        if (learners.size >= MAX_FUNCTIONS) return;
        learner = new FunctionLearner(options.remembers);
        learners.set(call.function, learner);
      }
      learner.observe(call);
    },
    document() {
      return documentOf(new Map(Array.from(learners, ([name, learner]) => [name, learner.model()])));
    },
    takeDelta() {
      const models = new Map<string, FunctionModel>();
      for (const [name, learner] of learners) {
        const model = learner.take(options.keepAll !== false);
        if (model !== null) models.set(name, model);
      }
      return models.size === 0 ? null : documentOf(models);
    },
  };
}
