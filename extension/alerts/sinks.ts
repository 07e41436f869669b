import { createCloudWatchSink, type Datum } from './cloudwatch-sink.ts';
import { createDelivery, type Sender } from './delivery.ts';
import { createLogSink } from './log-sink.ts';
import type { Remote } from './remote.ts';
import type { AlertSettings, SinkName } from './settings.ts';
import type { Sink } from './sink.ts';
import type { CredentialSource } from './transport/credentials.ts';
import type { DirectOptions } from './transport/direct.ts';

/** What the sinks need of the world around them. */
export interface Surroundings {
  /** One line to the function's log. */
  readonly write: (line: string) => void;
  /** What a sink could not do: one sentence for people. */
  readonly report: (problem: string) => void;
  /** AWS_REGION. */
  readonly region: string | null;
  readonly functionName: string | null;
  /** Known after `register`. */
  readonly account: () => string | null;
  /** The role's own keys; undefined takes them from `env`. */
  readonly credentials?: CredentialSource;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly direct: DirectOptions;
  readonly clock?: () => number;
}

/**
 * The sinks that the settings name. Nothing but the log's is loaded yet: each of the others, and what it needs to send, is when it has a finding to send for
 * the first time.
 */
export function createSinks(settings: AlertSettings, around: Surroundings): Sink[] {
  const clock = around.clock ?? Date.now;
  const named = new Set<SinkName>(settings.sinks);
  const sinks: Sink[] = [
    createLogSink({
      write: around.write,
      clock,
      windowMs: settings.windowSeconds * 1_000,
      all: named.has('log'),
      // The same metric by two ways would count twice.
      metrics: settings.metrics && named.has('log') && !named.has('cloudwatch'),
    }),
  ];
  let loaded: Promise<Remote> | null = null;
  const remote = () => {
    loaded ??= import('./remote.ts').then(({ createRemote }) => createRemote(settings, { ...around, clock }));
    return loaded;
  };
  if (named.has('cloudwatch')) {
    const put = async (data: Datum[], signal: AbortSignal) => (await remote()).putMetricData(data, signal);
    sinks.push(createCloudWatchSink(put, { clock, report: around.report }));
  }
  for (const name of ['sns', 'eventbridge', 'securityhub', 'webhook'] as const) {
    if (!named.has(name)) continue;
    const sender: Sender = {
      name,
      most: MOST[name],
      send: async (batch, signal) => (await remote()).senders[name]().send(batch, signal),
    };
    sinks.push(
      createDelivery(sender, {
        messagesPerHour: settings.messagesPerHour,
        windowMs: settings.windowSeconds * 1_000,
        leastSeverity: settings.leastSeverity,
        clock,
        report: around.report,
      }),
    );
  }
  return sinks;
}

/** Findings in one message: what the service takes, or what a person can read. */
const MOST = { sns: 25, eventbridge: 10, securityhub: 100, webhook: 50 } as const;
