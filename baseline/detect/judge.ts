import type { Call } from '../call.ts';
import { EGRESS } from '../learn/company.ts';
import { JudgedTally, OpenTallies } from '../learn/tally.ts';
import { unitOf } from '../learn/unit.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { unitHash } from '../names/unit-hash.ts';
import { action } from './action.ts';
import { age } from './age.ts';
import { certainty } from './certainty.ts';
import { company } from './company.ts';
import { countIn } from './count-in.ts';
import { credential } from './credential.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { Drifts, drift } from './drift.ts';
import { egress } from './egress.ts';
import { type Ended, Endings } from './endings.ts';
import { errors } from './errors.ts';
import { FirstCalls, type Waiting } from './first-call.ts';
import { hours } from './hours.ts';
import { Inspection } from './inspection.ts';
import { Normal } from './normal.ts';
import { omission } from './omission.ts';
import { order } from './order.ts';
import { Passed } from './passed.ts';
import { rare } from './rare.ts';
import { region } from './region.ts';
import { resource } from './resource.ts';
import { shape } from './shape.ts';
import { Told } from './told.ts';
import { UnderWay } from './under-way.ts';
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
  const open = new OpenTallies<JudgedTally>(
    (unit, day, closed) => closed?.begin(unit, day) ?? new JudgedTally(unit, day),
  );
  const untouched = new JudgedTally(0, -1);
  const inHand = new Inspection(untouched);
  const underWay = new UnderWay();
  const sums = new Drifts(normal);
  const passed = new Passed();
  const firstCalls = new FirstCalls(normal.steps);
  const endings = new Endings(normal.steps, (unit) => underWay.has(unit));
  const told = new Told(Object.keys(baseline.versions));

  function run(list: readonly Detector[], call: Call): readonly Deviation[] {
    let found = NONE;
    for (const detector of list) {
      const deviations = detector.inspect(call, normal, inHand);
      if (deviations.length > 0) found = found.length === 0 ? deviations : [...found, ...deviations];
    }
    return found;
  }

  function tellLate({ unit, deviations }: Pick<Waiting, 'unit' | 'deviations'>): readonly Deviation[] {
    return deviations.flatMap((deviation) => [
      ...told.settle(deviation.call!, unit, [deviation]),
      ...told.note(deviation.call!, unit, [deviation]),
    ]);
  }

  function atItsEnd(ended: Ended): readonly Deviation[] {
    const { call, unit } = ended;
    inHand.begin(call, untouched).ended = ended;
    return tellLate({ unit, deviations: run(atEnd, call).map((deviation) => ({ ...deviation, call })) });
  }

  return {
    before(call) {
      underWay.begin();
      if (passed.has(call)) return NONE;
      const unit = unitOf(call);
      const { lineage } = inHand.begin(call, open.peek(unit) ?? untouched);
      const found = run(atRequest, call);
      if (found.length === 0) {
        passed.note(call, lineage);
        return found;
      }
      underWay.add(call, unit, found);
      return told.settle(call, unitHash(unit), found);
    },
    after(call) {
      const unit = unitOf(call);
      const tally = open.of(unit, call.time);
      const asked = underWay.take(call);
      const outside = asked.length > 0 && asked.some(isOutside);
      countIn(tally, call, normal.steps, outside);
      tally.interrupted = underWay.isMissed(unit);
      for (const { detector, action } of asked)
        if (detector === 'resource' || detector === 'egress') tally.newcomers.add(action ?? EGRESS);
      inHand.begin(call, tally);
      if (call.issuedAccessKeyId !== null) inHand.noteIssued(call.issuedAccessKeyId, run(atRequest, call)[0] ?? null);
      inHand.noteCompany(call);
      if (tally.current !== null && !outside) inHand.drifts = sums.note(call, tally.current, tally);
      const sure = firstCalls.isSure(call, tally);
      inHand.sure = sure;
      if (tally.calls === 1) tally.isWhole = sure || call.invocation === null;
      const all = run(atAnswer, call);
      const ended = endings.note(call, tally, outside || all.some(isOutOfOrder), sure);
      const waiting = firstCalls.release(call, tally, all);
      const late =
        waiting === null && ended.length === 0
          ? NONE
          : [...(waiting === null ? NONE : tellLate(waiting)), ...ended.flatMap(atItsEnd)];
      const found = firstCalls.keep(call, tally, all);
      const settled = told.settle(call, tally.unit, found);
      const afterAll = told.note(call, tally.unit, asked.length === 0 ? found : [...asked, ...found]);
      return late.length + afterAll.length === 0 ? settled : [...late, ...afterAll, ...settled];
    },
    end: () => [...firstCalls.end().flatMap(tellLate), ...endings.end().flatMap(atItsEnd)],
  };
}

/** It took another way than those that took the same steps. */
const isOutOfOrder = ({ detector }: Deviation): boolean => detector === order.name;

const isOutside = ({ kind }: Deviation): boolean => kind === 'scope';
