import { createCloudWatchSink, type Datum } from './cloudwatch-sink.ts';
import { createDelivery, type Sender } from './delivery.ts';
import type { Remote } from './remote.ts';
import type { AlertSettings } from './settings.ts';
import type { Sink } from './sink.ts';
import type { Surroundings } from './surroundings.ts';

/** Findings in one message: what the service takes, or what a person can read. */
const MOST = { sns: 25, eventbridge: 10, securityhub: 100, webhook: 50 } as const;

/** The sinks that send over the network. They only remember; what sends is loaded with the first message. */
export function remoteSinks(settings: AlertSettings, around: Surroundings): Sink[] {
  const clock = around.clock ?? Date.now;
  let loaded: Promise<Remote> | null = null;
  const remote = () => {
    loaded ??= import('./remote.ts').then(({ createRemote }) => createRemote(settings, { ...around, clock }));
    return loaded;
  };
  return settings.sinks.flatMap((name) => {
    if (name === 'log') return [];
    if (name === 'cloudwatch') {
      const put = async (data: Datum[], signal: AbortSignal) => (await remote()).putMetricData(data, signal);
      return [createCloudWatchSink(put, { clock, report: around.report })];
    }
    const sender: Sender = {
      name,
      most: MOST[name],
      send: async (batch, signal) => (await remote()).senders[name]().send(batch, signal),
    };
    return [
      createDelivery(sender, {
        messagesPerHour: settings.messagesPerHour,
        windowMs: settings.windowSeconds * 1_000,
        leastSeverity: settings.leastSeverity,
        promptMs: settings.waitMs,
        clock,
        report: around.report,
      }),
    ];
  });
}
