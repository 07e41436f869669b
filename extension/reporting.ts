import type { Call } from '../baseline/call.ts';
import { type Finding, isUrgent } from '../baseline/finding.ts';
import type { Learner } from '../baseline/learn/learner.ts';
import type { Meter } from './alerts/measures.ts';
import type { Sink } from './alerts/sink.ts';
import { type Until, untilAll } from './patience.ts';
import type { Sight } from './sight/status.ts';

/** Tells of findings; `call` is the one that they are about, where they are about one. Not null where something urgent is on its way: until it has been taken, or long enough. */
export type Publish = (findings: readonly Finding[], call: Call | null) => Until;

export interface Reporting {
  readonly publish: Publish;
  /** False where `publish` always answers null. */
  readonly urges: boolean;
  /** Hands over the figures that are due and lets the sinks send what they keep; `last` where nothing comes after it. */
  flush(capMs: number, last: boolean): Promise<void>;
}

/** What leaves the sensor for people: each finding to every sink, and the figures beside them. */
export function createReporting(parts: {
  readonly sinks: readonly Sink[];
  readonly meter: Meter;
  readonly sight: Sight;
  readonly learner: Learner | null;
  /** So long may a call have to wait for its finding; 0 for never. */
  readonly waitMs: number;
  functionName(): string | null;
}): Reporting {
  const { sinks, meter, sight, learner, waitMs } = parts;
  const urges = waitMs > 0 && sinks.some((sink) => sink.rush !== undefined);
  return {
    urges,
    publish(findings, call) {
      let urgent = false;
      for (const finding of findings) {
        meter.finding(finding);
        sight.finding(finding);
        // What is told late is about another call than the one that showed it
        const own = call !== null && finding.callId === call.id ? call : null;
        for (const sink of sinks) sink.deliver(finding, own);
        urgent ||= isUrgent(finding);
      }
      return urges && urgent ? untilAll(...sinks.map((sink) => sink.rush?.(waitMs) ?? null)) : null;
    },
    async flush(capMs, last) {
      // The operator's tool tells nobody of them, and what they take to load is a tenth of its memory.
      if (sinks.some(({ measure }) => measure !== undefined)) {
        const known = learner === null ? () => null : await percentKnown(learner);
        const figures = meter.take(Date.now(), last, {
          function: parts.functionName(),
          coverage: known,
          sight: sight.status(),
        });
        if (figures !== null) for (const sink of sinks) sink.measure?.(figures);
      }
      await Promise.all(sinks.map((sink) => sink.flush(capMs, last)));
    },
  };
}

/** Good and Turing's estimate of how much of the function has been seen, in percent. Not needed to start. */
async function percentKnown(learner: Learner): Promise<() => number | null> {
  const { coverage } = await import('../baseline/review/coverage.ts');
  return () => {
    const [own] = coverage(learner.document()).functions;
    return own === undefined ? null : 100 * (1 - own.pNew);
  };
}
