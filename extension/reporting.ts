import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import type { Learner } from '../baseline/learn/learner.ts';
import type { Meter } from './alerts/measures.ts';
import type { Sink } from './alerts/sink.ts';
import type { Sight } from './sight/status.ts';

/** Tells of findings; `call` is the one that they are about, where they are about one. */
export type Publish = (findings: readonly Finding[], call: Call | null) => void;

export interface Reporting {
  readonly publish: Publish;
  /** Hands over the figures that are due and lets the sinks send what they keep; `last` where nothing comes after it. */
  flush(capMs: number, last: boolean): Promise<void>;
}

/** What leaves the sensor for people: each finding to every sink, and the figures beside them. */
export function createReporting(parts: {
  readonly sinks: readonly Sink[];
  readonly meter: Meter;
  readonly sight: Sight;
  readonly learner: Learner | null;
  functionName(): string | null;
}): Reporting {
  const { sinks, meter, sight, learner } = parts;
  return {
    publish(findings, call) {
      for (const finding of findings) {
        meter.finding(finding);
        sight.finding(finding);
        // What is told late is about another call than the one that showed it
        const own = call !== null && finding.callId === call.id ? call : null;
        for (const sink of sinks) sink.deliver(finding, own);
      }
    },
    async flush(capMs, last) {
      const known = learner === null ? () => null : await percentKnown(learner);
      const figures = meter.take(Date.now(), last, {
        function: parts.functionName(),
        coverage: known,
        sight: sight.status(),
      });
      if (figures !== null) for (const sink of sinks) sink.measure?.(figures);
      await Promise.all(sinks.map((sink) => sink.flush(capMs, last)));
    },
  };
}

/** Good and Turing's estimate of how much of the function has been seen, in percent. Not needed to start. */
async function percentKnown(learner: Learner): Promise<() => number | null> {
  const { coverage } = await import('../baseline/model/coverage.ts');
  return () => {
    const [own] = coverage(learner.document()).functions;
    return own === undefined ? null : 100 * (1 - own.pNew);
  };
}
