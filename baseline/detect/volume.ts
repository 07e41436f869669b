import { type Call, isEgress } from '../call.ts';
import type { ActionModel, EgressModel } from '../model/function-model.ts';
import { SIZES, type SizeModel, singleOf } from '../model/size-model.ts';
import type { Sums } from '../model/sums.ts';
import { egressName } from '../names/egress-name.ts';
import { sizeText } from '../names/size-text.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import type { Normal } from './normal.ts';
import { type Cap, capOf, type Kind } from './tail.ts';
import { riskOf } from './techniques.ts';

/** More calls, bytes or batch entries than this function has any business with, per call and per invocation. */
export const volume: Detector = {
  name: 'volume',
  when: 'after',
  inspect(call, normal, { tally }) {
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      const known = normal.model.egress.peek(host);
      // Of one customer's host little is known, or nothing; of all customers' hosts together enough
      const like = (known?.invocations.count() ?? 0) < FEW ? (normal.allHosts ?? known) : known;
      const excess = like === undefined ? null : excessOf(call, capsOf(like, normal), tally.things.get(host));
      return excess === null ? NONE : [deviationOf(call, host, null, excess)];
    }
    let found = NONE;
    for (const { action } of call.access) {
      const known = normal.action(action);
      const excess = known === undefined ? null : excessOf(call, capsOf(known, normal), tally.things.get(action));
      if (excess !== null) found = [...found, deviationOf(call, action, action, excess)];
    }
    return found;
  },
};

type Caps = Readonly<Record<(typeof SIZES)[number], Cap>>;

/** A baseline does not change while it is judged by. */
function capsOf({ size, invocations }: ActionModel | EgressModel, { among }: Normal): Caps {
  let caps = made.get(size);
  if (caps === undefined) {
    const own = { ...among, invocations: invocations.count() };
    const capOn = (key: keyof Caps): Cap => {
      const largest = size[key];
      // Documents of before have 0 for the sum of what no single call told
      const untold = (largest.values[0] ?? 0) === 0 && size[singleOf(key)].values.length === 0;
      return untold ? UNKNOWN : capOf(largest, kindOf(key), own);
    };
    caps = Object.fromEntries(SIZES.map((key) => [key, capOn(key)])) as Caps;
    made.set(size, caps);
  }
  return caps;
}

const kindOf = (key: keyof Caps): Kind =>
  key.startsWith('bytes') ? 'bytes' : key.startsWith('items') ? 'entries' : 'calls';

const made = new WeakMap<SizeModel, Caps>();
const UNKNOWN: Cap = { usual: 0, cap: Number.POSITIVE_INFINITY };
const FEW = 50;

interface Excess {
  readonly what: string;
  readonly value: number;
  readonly most: number;
}

function excessOf(call: Call, caps: Caps, sums: Sums | undefined): Excess | null {
  return (
    over('calls in one invocation', sums?.calls, caps.calls) ??
    over('bytes sent in one call', call.bytesOut, caps.bytesOut) ??
    over('bytes received in one call', call.bytesIn, caps.bytesIn) ??
    over('entries in one call', call.items, caps.items) ??
    over('bytes sent in one invocation', sums?.bytesOut, caps.bytesOutPerInvocation) ??
    over('bytes received in one invocation', sums?.bytesIn, caps.bytesInPerInvocation) ??
    over('entries in one invocation', sums?.items, caps.itemsPerInvocation)
  );
}

const over = (what: string, value: number | null | undefined, { usual, cap }: Cap): Excess | null =>
  value != null && value > cap ? { what, value, most: usual } : null;

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
    reason: `${amountOf(what, value)} (${thing}); normal is at most ${isSize(what) ? sizeText(most) : most}`,
    techniques: action === null ? ['T1567', 'T1048'] : riskOf(action).techniques,
    about: 'call',
    excess: value / Math.max(1, most),
  };
}

const isSize = (what: string): boolean => what.startsWith(BYTES);
const BYTES = 'bytes ';

/** "900 calls in one invocation", "120 KB sent in one call". */
const amountOf = (what: string, value: number): string =>
  isSize(what) ? `${sizeText(value)} ${what.slice(BYTES.length)}` : `${value} ${what}`;
