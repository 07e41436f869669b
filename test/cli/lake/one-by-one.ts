import { CloudTrailEvents } from '../../../baseline/cloudtrail.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import type { CloudTrailEvent } from './events.ts';

/** What learning from events one by one gives, without what groups cannot tell: order, company, hours, ages and the sample. */
export function oneByOne(events: readonly CloudTrailEvent[]): BaselineDocument {
  const trail = new CloudTrailEvents();
  const learner = createLearner();
  for (const one of events) {
    const call = trail.call(JSON.parse(JSON.stringify(one)));
    if (call !== null) learner.observe(call);
  }
  const { format, functions } = learner.document();
  const kept = Object.entries(functions).map(([name, { several, repeats, hours, ages, ...baseline }]) => [
    name,
    { ...baseline, order: { steps: [], follows: {} }, sample: [] },
  ]);
  return { format, functions: Object.fromEntries(kept) };
}
