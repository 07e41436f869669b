import type { Call } from '../call.ts';
import { isEgress } from '../call.ts';
import { EGRESS, company as noteCompany } from '../learn/company.ts';
import { IssuedKeys, lineageOf } from '../learn/credential.ts';
import { egressName } from '../learn/egress-name.ts';
import { failed, isOverload, stepOf } from '../learn/step.ts';
import { JudgedTally, OpenTallies } from '../learn/tally.ts';
import { unitOf } from '../learn/unit.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { unitHash } from '../model/seen.ts';
import { action } from './action.ts';
import { age } from './age.ts';
import { certainty } from './certainty.ts';
import { company } from './company.ts';
import { credential } from './credential.ts';
import type { Context, Detector } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { Drifts, drift } from './drift.ts';
import { egress } from './egress.ts';
import { type Ended, Endings } from './endings.ts';
import { errors } from './errors.ts';
import { FirstCalls, type Waiting } from './first-call.ts';
import { hours } from './hours.ts';
import { Normal } from './normal.ts';
import { omission } from './omission.ts';
import { order } from './order.ts';
import { Passed } from './passed.ts';
import { rare } from './rare.ts';
import { region } from './region.ts';
import { resource } from './resource.ts';
import { shape } from './shape.ts';
import { Told } from './told.ts';
import { volume } from './volume.ts';

/** Holds the calls of one function, environment by environment, against its baseline. Bounded memory; the only clock is `Call.time`. */
export interface Judge {
  /** Before the call leaves: what the request alone shows. Changes no state, so a call that is refused leaves no trace. */
  before(call: Call): readonly Deviation[];
  /** When the answer has ended (bytesIn, status, errorCode, issuedAccessKeyId are known): counts the call in and adds what only the whole shows. Never called for a refused call. */
  after(call: Call): readonly Deviation[];
  /** When no call will come any more: what waited for the next one, each with its own call. */
  end(): readonly Deviation[];
}

export const detectors: readonly Detector[] = [
  certainty,
  credential,
  action,
  resource,
  region,
  egress,
  rare,
  volume,
  order,
  company,
  drift,
  omission,
  hours,
  age,
  shape,
  errors,
];
const atRequest = detectors.filter((detector) => detector.when === 'before');
const atAnswer = detectors.filter((detector) => detector.when === 'after');
const atEnd = detectors.filter((detector) => detector.when === 'end');

export function createJudge(baseline: FunctionBaseline): Judge {
  const normal = new Normal(baseline);
  const issued = new IssuedKeys();
  /** Keys that came of a call which was outside the scope, and what was. */
  const doubted = new Map<string, Deviation>();
  const open = new OpenTallies((unit, day) => new JudgedTally(unit, day));
  const untouched = new JudgedTally(0, -1);
  const sums = new Drifts(normal);
  const passed = new Passed();
  const firstCalls = new FirstCalls(normal.steps);
  const endings = new Endings(normal.steps, wasRefused);
  const told = new Told(Object.keys(baseline.versions));
  /** What `before` found of calls that are under way, by id. */
  const pending = new Map<string, Pending>();
  /** The same of a call without an id, which is answered before another one is asked about. */
  let unnamed = NOTHING;

  function run(list: readonly Detector[], call: Call, seen: Omit<Context, 'lineage' | 'issuer'>): readonly Deviation[] {
    const issuer = call.accessKeyId === null ? null : (doubted.get(call.accessKeyId) ?? null);
    const context = { ...seen, lineage: lineageOf(call, issued), issuer };
    let found: Deviation[] | null = null;
    for (const detector of list) {
      const deviations = detector.inspect(call, normal, context);
      if (deviations.length > 0) found = found === null ? [...deviations] : found.concat(deviations);
    }
    return found ?? NOTHING;
  }

  function takePending(call: Call): readonly Deviation[] {
    if (call.id === null) {
      const found = unnamed;
      unnamed = NOTHING;
      return found;
    }
    if (pending.size === 0) return NOTHING;
    const found = pending.get(call.id)?.found;
    pending.delete(call.id);
    return found ?? NOTHING;
  }

  /** True where a call of it was asked about and has not been answered. */
  function wasRefused(unit: string): boolean {
    if (pending.size === 0) return false;
    for (const one of pending.values()) if (one.unit === unit) return true;
    return false;
  }

  /** True once for a call that was asked about in this invocation and has not been answered: it was refused, and what comes next misses it. */
  function isInterrupted(unit: string): boolean {
    let interrupted = false;
    for (const one of pending.values()) {
      if (one.unit !== unit || one.counted) continue;
      one.counted = true;
      interrupted = true;
    }
    return interrupted;
  }

  function tellLate({ unit, deviations }: Pick<Waiting, 'unit' | 'deviations'>): readonly Deviation[] {
    return deviations.flatMap((deviation) => [
      ...told.settle(deviation.call!, unit, [deviation]),
      ...told.note(deviation.call!, unit, [deviation]),
    ]);
  }

  function atItsEnd(ended: Ended): readonly Deviation[] {
    const { call, unit } = ended;
    const found = run(atEnd, call, { ...CALM, tally: untouched, ended });
    return tellLate({ unit, deviations: found.map((deviation) => ({ ...deviation, call })) });
  }

  return {
    before(call) {
      unnamed = NOTHING;
      if (passed.has(call)) return NOTHING;
      const unit = unitOf(call);
      const found = run(atRequest, call, { ...CALM, tally: open.peek(unit) ?? untouched });
      if (found.length === 0) {
        passed.note(call, lineageOf(call, issued));
        return found;
      }
      if (call.id === null) unnamed = found;
      else put(pending, call.id, { unit, found, counted: false });
      return told.settle(call, unitHash(unit), found);
    },
    after(call) {
      const unit = unitOf(call);
      const tally = open.of(unit, call.time);
      const asked = takePending(call);
      const outside = asked.length > 0 && asked.some(isOutside);
      count(tally, call, normal, outside);
      tally.interrupted = pending.size > 0 && isInterrupted(unit);
      for (const { detector, action } of asked)
        if (detector === 'resource' || detector === 'egress') tally.newcomers.add(action ?? EGRESS);
      // A key is of known lineage only where the call that issued it was normal itself
      if (call.issuedAccessKeyId !== null) {
        const [why] = run(atRequest, call, { ...CALM, tally });
        if (why === undefined) issued.add(call.issuedAccessKeyId);
        else put(doubted, call.issuedAccessKeyId, why);
      }
      let { several, anew } = CALM;
      noteCompany(call, tally, {
        several: (slot, action) => {
          several = [...several, { slot, action }];
        },
        named: (place, at, name, isRepeated) => {
          if (!isRepeated) anew = [...anew, { place, at, name }];
        },
      });
      const drifts = tally.current === null || outside ? CALM.drifts : sums.note(call, tally.current, tally);
      const sure = firstCalls.isSure(call, tally);
      if (tally.calls === 1) tally.isWhole = sure || call.invocation === null;
      const ended = endings.note(call, tally, outside, sure);
      const all = run(atAnswer, call, { tally, several, anew, drifts, sure, ended: null });
      const waiting = firstCalls.release(call, tally, all);
      const late =
        waiting === null && ended.length === 0
          ? NOTHING
          : [...(waiting === null ? NOTHING : tellLate(waiting)), ...ended.flatMap(atItsEnd)];
      const found = firstCalls.keep(call, tally, all);
      const settled = told.settle(call, tally.unit, found);
      const afterAll = told.note(call, tally.unit, asked.length === 0 ? found : [...asked, ...found]);
      return late.length + afterAll.length === 0 ? settled : [...late, ...afterAll, ...settled];
    },
    end: () => [...firstCalls.end().flatMap(tellLate), ...endings.end().flatMap(atItsEnd)],
  };
}

const NOTHING: readonly Deviation[] = [];
/** What most calls are judged with. */
const CALM: Omit<Context, 'tally' | 'lineage' | 'issuer'> = {
  several: [],
  anew: [],
  drifts: [],
  ended: null,
  sure: false,
};

interface Pending {
  readonly unit: string;
  readonly found: readonly Deviation[];
  counted: boolean;
}

const MAX_KEPT = 256;

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > MAX_KEPT) map.delete(map.keys().next().value!);
}

const isOutside = ({ kind }: Deviation): boolean => kind === 'scope';

/** What is outside the scope is told by itself: it is no more of the same. */
function count(tally: JudgedTally, call: Call, normal: Normal, outside: boolean): void {
  tally.calls++;
  if (isEgress(call)) tally.add(egressName(call.host ?? ''), call);
  else for (const { action } of call.access) tally.add(action, call);
  if (call.errorCode !== null) {
    for (const { action } of call.access) tally.errors.set(action, (tally.errors.get(action) ?? 0) + 1);
  }
  tally.before = tally.previous;
  const step = stepOf(call);
  tally.current = null;
  tally.isAgain = false;
  if (step === null) return;
  // What follows an unknown step is unknown: the step itself has been told of
  const folded = normal.steps.fold(step);
  tally.current = folded;
  // Of a folded step it is not known whether it is the same one that comes again; what comes after an error is another path
  tally.isAgain = folded === step && normal.steps.before.has(tally.before) && tally.comesBackTo(tally.stepSumsOf(step));
  if (!outside && !isOverload(call)) tally.step(folded, call);
  tally.previous = normal.steps.before.has(folded) ? (failed(call) ? `${folded}!` : folded) : UNKNOWN;
}

const UNKNOWN = '?';
