import { type Call, isEgress } from '../call.ts';
import { egressName } from '../learn/egress-name.ts';
import type { ActionModel, EgressModel } from '../model/function-model.ts';
import type { SizeModel } from '../model/size-model.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { type Among, type Cap, capOf } from './tail.ts';
import { riskOf } from './techniques.ts';

/** More calls, bytes or batch entries than this function has any business with, per call and per invocation. */
export const volume: Detector = {
  name: 'volume',
  when: 'after',
  inspect(call, normal, { tally }) {
    let found: Deviation[] | null = null;
    const look = (thing: string, known: ActionModel | EgressModel, action: string | null) => {
      const excess = excessOf(
        call,
        known.size,
        { ...normal.among, invocations: known.invocations.count() },
        tally.things.get(thing),
      );
      if (excess === null) return;
      found ??= [];
      found.push(deviationOf(call, thing, action, excess));
    };
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      const known = normal.model.egress.peek(host);
      // Of one customer's host little is known, or nothing; of all customers' hosts together enough
      const like = (known?.invocations.count() ?? 0) < FEW ? (normal.allHosts ?? known) : known;
      if (like !== undefined) look(host, like, null);
    } else {
      for (const { action } of call.access) {
        const known = normal.action(action);
        if (known !== undefined) look(action, known, action);
      }
    }
    return found ?? NONE;
  },
};

/** A baseline does not change while it is judged by. */
function usually(known: readonly number[], kind: 'count' | 'bytes', among: Among): Cap {
  let cap = caps.get(known);
  if (cap === undefined) {
    cap = capOf(known, kind, among);
    caps.set(known, cap);
  }
  return cap;
}

const caps = new WeakMap<readonly number[], Cap>();
const FEW = 50;

interface Excess {
  readonly what: string;
  readonly value: number;
  readonly most: number;
}

function excessOf(
  call: Call,
  size: SizeModel,
  among: Among,
  sums: { calls: number; bytesOut: number; bytesIn: number; items: number } | undefined,
): Excess | null {
  const over = (
    what: string,
    value: number | null,
    known: readonly number[],
    kind: 'count' | 'bytes',
  ): Excess | null => {
    if (value === null || known.length === 0) return null;
    const { usual, cap } = usually(known, kind, among);
    return value > cap ? { what, value, most: usual } : null;
  };
  return (
    over('calls in one invocation', sums?.calls ?? null, size.calls.values, 'count') ??
    over('bytes sent in one call', call.bytesOut, size.bytesOut.values, 'bytes') ??
    over('bytes received in one call', call.bytesIn, size.bytesIn.values, 'bytes') ??
    over('entries in one call', call.items, size.items.values, 'count') ??
    over('bytes sent in one invocation', sums?.bytesOut ?? null, size.bytesOutPerInvocation.values, 'bytes') ??
    over('bytes received in one invocation', sums?.bytesIn ?? null, size.bytesInPerInvocation.values, 'bytes') ??
    over('entries in one invocation', sums?.items ?? null, size.itemsPerInvocation.values, 'count')
  );
}

function deviationOf(call: Call, thing: string, action: string | null, excess: Excess): Deviation {
  const { what, value, most } = excess;
  return {
    detector: 'volume',
    kind: 'unusual',
    key: `${thing}: ${what}`,
    severity: action === null ? 'high' : riskOf(action).severity,
    score: Math.min(0.99, 1 - most / (2 * value)),
    action,
    resource: call.access[0]?.resources[0] ?? call.host,
    reason: `${value} ${what} (${thing}); usually this function has at most ${most}`,
    techniques: action === null ? ['T1567', 'T1048'] : riskOf(action).techniques,
    about: 'call',
    excess: value / Math.max(1, most),
  };
}
