import { type Call, isEgress } from '../call.ts';
import type { JudgedTally } from '../learn/tally.ts';
import { egressName } from '../names/egress-name.ts';
import { failed, isOverload, stepOf } from '../names/step.ts';
import type { Steps } from './steps.ts';

/** Counts an answered call into its invocation. What is outside the scope is told by itself: it is no more of the same. */
export function countIn(tally: JudgedTally, call: Call, steps: Steps, outside: boolean): void {
  tally.calls++;
  if (isEgress(call)) tally.add(egressName(call.host ?? ''), call);
  else for (const { action } of call.access) tally.add(action, call);
  if (failed(call)) {
    for (const { action } of call.access) tally.errors.set(action, (tally.errors.get(action) ?? 0) + 1);
  }
  tally.before = tally.previous;
  const step = stepOf(call);
  tally.current = null;
  tally.isAgain = false;
  if (step === null) return;
  // What follows an unknown step is unknown: the step itself has been told of
  const folded = steps.fold(step);
  tally.current = folded;
  tally.lastBefore = tally.last;
  tally.last = call;
  // Of a folded step it is not known whether it is the same one that comes again; what comes after an error is another path
  tally.isAgain = folded === step && steps.before.has(tally.before) && tally.comesBackTo(tally.stepSumsOf(step));
  if (!outside && !isOverload(call)) tally.step(folded, call);
  tally.previous = steps.before.has(folded) ? (failed(call) ? `${folded}!` : folded) : UNKNOWN;
}

const UNKNOWN = '?';
