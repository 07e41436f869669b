import type { Call } from '../call.ts';
import { type CompanyNotes, company } from '../learn/company.ts';
import { IssuedKeys, type Lineage, lineageOf } from '../learn/credential.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { Context, NamedAnew, Several } from './detector.ts';
import type { Deviation } from './deviation.ts';
import type { Drift } from './drift.ts';
import type { Ended } from './endings.ts';
import { remember } from './remember.ts';

/** What the call in hand is judged with: one for all calls of a judge, for it has one in hand at a time. */
export class Inspection implements Context {
  tally: JudgedTally;
  several: readonly Several[] = NO_SEVERAL;
  anew: readonly NamedAnew[] = NO_NAMES;
  drifts: readonly Drift[] = NO_DRIFTS;
  ended: Ended | null = null;
  sure = false;
  lineage: Lineage = 'unknown';
  issuer: Deviation | null = null;
  readonly #issued = new IssuedKeys();
  /** Keys that came of a call which was outside the scope, and what was. */
  readonly #doubted = new Map<string, Deviation>();
  readonly #notes: CompanyNotes = {
    several: (slot, action, name, first) => {
      this.several = [...this.several, { slot, action, name, first }];
    },
    named: (place, at, name, isRepeated) => {
      if (!isRepeated) this.anew = [...this.anew, { place, at, name }];
    },
  };

  constructor(tally: JudgedTally) {
    this.tally = tally;
  }

  /** Takes another call in hand: of what only its answer shows nothing is known yet. */
  begin(call: Call, tally: JudgedTally): this {
    this.tally = tally;
    this.several = NO_SEVERAL;
    this.anew = NO_NAMES;
    this.drifts = NO_DRIFTS;
    this.ended = null;
    this.sure = false;
    this.lineage = lineageOf(call, this.#issued);
    this.issuer = call.accessKeyId === null ? null : (this.#doubted.get(call.accessKeyId) ?? null);
    return this;
  }

  /** Counts in what the call is about, beside what else its invocation is. */
  noteCompany(call: Call): void {
    company(call, this.tally, this.#notes);
  }

  /** The call issued this key, and that call was outside the scope for `why`, or it was normal: then what is signed with it is, too. */
  noteIssued(accessKeyId: string, why: Deviation | null): void {
    if (why === null) this.#issued.add(accessKeyId);
    else remember(this.#doubted, accessKeyId, why);
  }
}

const NO_SEVERAL: readonly Several[] = [];
const NO_NAMES: readonly NamedAnew[] = [];
const NO_DRIFTS: readonly Drift[] = [];
