import type { Learner } from '../baseline/learn/learner.ts';
import { FORMAT } from '../baseline/model/document.ts';
import type { Log } from './log.ts';

export interface LateLearner extends Learner {
  /** Null once it is there. Never rejects. */
  ready(): Promise<void> | null;
}

/** A learner that is loaded once the proxy listens, as identification is (`identify/engine.ts`): a fifth of what a start would read. Who calls waits for it. */
export function createLateLearner(log: Log): LateLearner {
  let learner: Learner | null = null;
  let loading: Promise<void> | null = null;
  return {
    ready() {
      if (learner !== null) return null;
      loading ??= import('../baseline/learn/learner.ts').then(
        ({ createLearner }) => {
          learner = createLearner();
        },
        () => log.error('the learner cannot be loaded: nothing is learned in this environment'),
      );
      return loading;
    },
    observe: (call) => learner?.observe(call),
    document: () => learner?.document() ?? { format: FORMAT, functions: {} },
    takeDelta: () => learner?.takeDelta() ?? null,
  };
}
