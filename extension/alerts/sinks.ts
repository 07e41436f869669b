import { createLogSink } from './log-sink.ts';
import type { AlertSettings } from './settings.ts';
import type { Sink } from './sink.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The sinks that the settings name. The log's is always there, and the only one that is loaded where no other is named; what the others need to send is loaded
 * when the first of them has something to send.
 */
export async function createSinks(settings: AlertSettings, around: Surroundings): Promise<Sink[]> {
  const { sinks, windowSeconds, metrics } = settings;
  const log = createLogSink({
    write: around.write,
    ...(around.clock === undefined ? {} : { clock: around.clock }),
    windowMs: windowSeconds * 1_000,
    all: sinks.includes('log'),
    // The same metric by two ways would count twice.
    metrics: metrics && sinks.includes('log') && !sinks.includes('cloudwatch'),
  });
  if (sinks.every((name) => name === 'log')) return [log];
  const { remoteSinks } = await import('./remote-sinks.ts');
  return [log, ...remoteSinks(settings, around)];
}
