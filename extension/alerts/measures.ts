import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';

/** What happened in one environment since the last time: the figures behind the metrics. Sums, but for `addedLatency`. */
export interface Measures {
  /** Epoch, milliseconds. */
  readonly time: number;
  readonly function: string | null;
  /** Calls and connections, refused ones too. */
  readonly calls: number;
  /** Deviations told, before any are joined. */
  readonly deviations: number;
  /** Calls and connections that were refused. */
  readonly blocks: number;
  /** Calls that could not be named with certainty. */
  readonly unknown: number;
  /** Findings of connections that go past the sensor. */
  readonly bypass: number;
  /** Calls that went through, or were refused, without being judged. */
  readonly unjudged: number;
  /** What naming and judging took, milliseconds; a sample of at most 100 calls, the longest among them. */
  readonly addedLatency: readonly number[];
  /** Percent: 100 less the estimated probability that the next invocation shows something new. Null where it is not known. */
  readonly coverage: number | null;
  /** Whether the function goes through the sensor: intercepted, partly, bypassed. Null while nothing shows it. */
  readonly sight: string | null;
}

export interface Meter {
  /** A call has ended or was refused. */
  call(call: Call): void;
  finding(finding: Finding): void;
  /** Naming and judging one call took so long. */
  added(ms: number): void;
  /** One call could not be judged. */
  unjudged(): void;
  /** The figures since the last time if `now` is late enough; null where nothing happened. */
  take(
    now: number,
    last: boolean,
    about: { function: string | null; coverage: () => number | null; sight?: string | null },
  ): Measures | null;
}

/** Log lines and metrics cost by number: one set of figures a minute says as much as one an invocation. */
const EVERY_MS = 60_000;
const SAMPLE = 100;

export function createMeter(): Meter {
  let sums = empty();
  let due = 0;
  let toldSight: string | null = null;
  return {
    call(call) {
      sums.calls++;
      if (call.verdict === 'block') sums.blocks++;
      if (call.certainty !== 'exact') sums.unknown++;
    },
    finding(finding) {
      sums.deviations++;
      if (finding.detector === 'bypass') sums.bypass++;
    },
    added(ms) {
      sums.judged++;
      if (sums.sample.length < SAMPLE) sums.sample.push(ms);
      // Reservoir: every call has the same chance to stay, the longest always does.
      else {
        const at = Math.floor(Math.random() * sums.judged);
        if (at < SAMPLE) sums.sample[at] = ms;
      }
      if (ms > sums.longest) sums.longest = ms;
    },
    unjudged() {
      sums.unjudged++;
    },
    take(now, last, about) {
      const { sight = null } = about;
      // A function that makes no calls says once, at its end, that it was watched.
      const news = sums.calls + sums.deviations + sums.unjudged > 0 || (last && sight !== toldSight);
      if (!news || (!last && now < due)) return null;
      toldSight = sight;
      due = now + EVERY_MS;
      const { judged: _, sample, longest, ...counts } = sums;
      if (sample.length > 0 && !sample.includes(longest)) sample[0] = longest;
      sums = empty();
      return {
        time: now,
        function: about.function,
        ...counts,
        addedLatency: sample,
        coverage: about.coverage(),
        sight,
      };
    },
  };
}

function empty() {
  return {
    calls: 0,
    deviations: 0,
    blocks: 0,
    unknown: 0,
    bypass: 0,
    unjudged: 0,
    judged: 0,
    sample: [] as number[],
    longest: 0,
  };
}
