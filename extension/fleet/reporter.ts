import type { BaselineDocument } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import type { LearningLog } from '../learning-log.ts';

/** First and longest wait between two writes, milliseconds. Most environments end before the first, and then hand in all at once. */
const FIRST_WAIT_MS = 10 * 60_000;
const LONGEST_WAIT_MS = 2 * 60 * 60_000;
/** One environment is of one version; aliases that lead to it are few. */
const MANY_ALIASES = 16;

export interface ReporterOptions {
  readonly fleet: Fleet;
  /** The function's name, as the store knows it. */
  readonly function: string;
  readonly environment: string;
  readonly version: string | null;
  /** What was learned since the last take. */
  readonly take: () => BaselineDocument | null;
  /** Where what was learned goes when the store cannot take it at the end: it must not be lost. */
  readonly log: Pick<LearningLog, 'write'>;
  readonly report: (problem: string) => void;
  readonly clock: () => number;
}

/** What was learned goes to the store that the fleet shares. */
export interface Reporter {
  /** Hands in what was learned, if it is time; resolves when that is over. `alias`: the one that it was invoked by; null for none. Never rejects. */
  maybe(alias?: string | null): Promise<void>;
  /** Hands it in now: the environment ends. Never rejects. */
  last(): Promise<void>;
  /** No time is left: what has not arrived for certain goes to the log. */
  abandon(): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { fleet, take, log, report, clock } = options;
  let pending: BaselineDocument | null = null;
  let due = clock() + FIRST_WAIT_MS;
  let wait = FIRST_WAIT_MS;
  let running: Promise<void> | null = null;
  let said = false;
  const aliases = new Set<string>();

  async function handIn(last: boolean): Promise<void> {
    const fresh = take();
    if (fresh !== null) pending = pending === null ? fresh : mergeBaselines([pending, fresh]);
    if (pending === null) return;
    const sent = pending;
    try {
      const { function: fn, environment, version } = options;
      const outcome = await fleet.contribute({
        function: fn,
        environment,
        version,
        aliases: [...aliases],
        learned: sent,
        last,
      });
      if (outcome !== 'later' && pending === sent) pending = null;
    } catch (error) {
      if (!said)
        report(
          `${error instanceof Error ? error.message : 'the baseline store failed'}: what was learned is kept and tried again`,
        );
      said = true;
    }
  }

  const once = (last: boolean): Promise<void> => {
    running ??= handIn(last).finally(() => {
      running = null;
    });
    return running;
  };

  return {
    maybe(alias = null) {
      if (alias !== null && aliases.size < MANY_ALIASES) aliases.add(alias);
      if (clock() < due) return Promise.resolve();
      due = clock() + wait;
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      return once(false);
    },
    async last() {
      await running;
      await once(true);
    },
    abandon() {
      if (pending !== null) log.write(pending);
      pending = null;
    },
  };
}
