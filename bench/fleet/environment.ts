import type { Call } from '../../baseline/call.ts';
import { createLearner, type Learner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { createFleet, type Fleet } from '../../baseline/store/fleet.ts';
import type { Send } from '../../baseline/store/key-value.ts';
import { createReporter, type Reporter } from '../../extension/fleet/reporter.ts';
import { asOlder } from './older.ts';
import type { Life } from './plan.ts';

/** An execution environment: the real learner, reporter and store, on a simulated clock. */
export interface Environment {
  readonly life: Life;
  readonly reporter: Reporter;
  observe(calls: readonly Call[]): void;
  /** Calls that have not arrived anywhere. */
  missing(): readonly Call[];
  /** True where it is not known whether what was sent has arrived. */
  uncertain(): boolean;
  readonly requests: { reads: number; writes: number };
}

/** What becomes of what an environment learns. */
export interface Arrivals {
  /** These calls are with the fleet now. */
  arrived(calls: readonly Call[], life: Life): void;
  /** What no store took went to the log. */
  logged(document: BaselineDocument): void;
  /** A document that was handed in, for handing it in again some day. */
  handedIn(document: BaselineDocument): void;
}

/** Nobody waits in a simulation. */
export const noPauses = (random: () => number) => ({ attempts: 4, pause: async () => {}, random });

export function createEnvironment(
  fn: string,
  life: Life,
  send: Send,
  clock: () => number,
  arrivals: Arrivals,
): Environment {
  const learner: Learner = createLearner({ keepAll: false });
  const requests = { reads: 0, writes: 0 };
  const counted: Send = (request) => {
    if (request.headers!['x-amz-target']!.endsWith('GetItem')) requests.reads++;
    else requests.writes++;
    return send(request);
  };
  const own = () => clock() + life.skew;
  const store = dynamoDbStore(
    'baselines',
    counted,
    noPauses(() => 0.5),
  );
  let fresh: Call[] = [];
  let taken: Call[] = [];
  let uncertain = false;
  const arrive = () => {
    arrivals.arrived(taken, life);
    taken = [];
  };
  const shared = createFleet(store, own);
  const fleet: Pick<Fleet, 'contribute'> = {
    async contribute(handIn) {
      const learned = life.older ? asOlder(handIn.learned) : handIn.learned;
      const before = uncertain;
      uncertain = true;
      const outcome = await shared.contribute({ ...handIn, learned });
      // What was sent before, and may still be under way, is in no answer to what waits.
      uncertain = outcome === 'later' && before;
      if (outcome === 'written') arrivals.handedIn(learned);
      if (outcome !== 'later') arrive();
      return outcome;
    },
  };
  const reporter = createReporter({
    fleet: fleet as Fleet,
    function: fn,
    environment: life.name,
    version: `${life.version}`,
    take: () => {
      taken.push(...fresh);
      fresh = [];
      return learner.takeDelta();
    },
    log: {
      write(document) {
        arrivals.logged(life.older ? asOlder(document) : document);
        uncertain = false;
        arrive();
      },
    },
    report: () => {},
    clock: own,
  });
  return {
    life,
    reporter,
    requests,
    observe(calls) {
      for (const call of calls) learner.observe(call);
      fresh.push(...calls);
    },
    missing: () => [...taken, ...fresh],
    uncertain: () => uncertain,
  };
}
