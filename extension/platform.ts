import { createEndings, type Endings } from './lifecycle/endings.ts';
import type { Registration } from './lifecycle/extensions-api.ts';
import { subscribe } from './lifecycle/telemetry.ts';
import type { Log } from './log.ts';
import type { Sensor } from './sensor.ts';
import { isForeign } from './sight/peer.ts';
import { rootOf } from './trace-id.ts';

/**
 * What Lambda's platform events are used for: on demand, when the function is done (null where that will not be told); on Managed Instances, whose invocations overlap, which of
 * them bears which trace. Loaded where ROLEFENCE_TELEMETRY asks for it.
 */
export async function hearPlatform(
  endpoint: string,
  { identifier, invocations }: Registration,
  sensor: Sensor | null,
  log: Log,
): Promise<Endings | null> {
  const endings = createEndings({
    now: Date.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    lastSeen: () => sensor?.lastSeen() ?? 0,
    report: (problem) => log.warn(problem),
  });
  const heard = await subscribe({
    endpoint,
    identifier,
    schemaVersion: invocations ? '2022-12-13' : '2025-01-29',
    hear(event) {
      if (event.type === 'runtimeDone') endings.done(event.requestId, event.at);
      else if (invocations) endings.started(event.requestId);
      else overlaps(sensor, event.requestId, event.trace);
    },
    foreign: isForeign,
    report: (problem) => log.warn(problem),
  });
  return heard && invocations ? endings : null;
}

/** Only where the events bear traces, which the emulator's do not, is there anything to wait for. */
function overlaps(sensor: Sensor | null, requestId: string, trace: string | null): void {
  const root = trace === null ? null : rootOf(trace);
  if (root === null) return;
  sensor?.expectInvocations(true);
  sensor?.invoked(requestId, root);
}
