import { type BreakGlass, opensUntil } from '../baseline/approval/break-glass.ts';
import type { Finding } from '../baseline/finding.ts';
import { functionName } from '../baseline/model/entry-for.ts';
import type { Config } from './config.ts';
import type { Guard } from './guard/guard.ts';
import type { Identity } from './identity.ts';
import type { Log } from './log.ts';
import { atMost } from './patience.ts';
import { sensorFinding } from './sensor-finding.ts';
import type { BaselineSource } from './startup.ts';

/**
 * Looks, in block mode and once an environment, whether somebody has broken the glass: then the guard alerts until that ends, and `told` hears of it. What cannot be
 * read or trusted opens nothing, and until it is known block mode blocks. The start waits for it at most as long as for the baseline. Never rejects.
 */
export async function heedBreakGlass(
  guard: Guard,
  source: BaselineSource | null,
  config: Config,
  fn: string | null,
  log: Log,
  told: (held: BreakGlass) => void,
): Promise<void> {
  if (config.mode !== 'block' || source === null) return;
  const heeded = source.breakGlass().then(
    (turned) => {
      const until = turned === null ? null : opensUntil(turned, functionName(fn ?? ''), Date.now());
      if (turned === null || until === null) return;
      guard.relax(until);
      log.error(
        `break glass: block mode only alerts until ${turned.until} (${turned.by ?? 'nobody named'}: ${turned.reason})`,
      );
      told(turned);
    },
    (error: unknown) => {
      log.warn(`the break-glass switch is not heeded: ${error instanceof Error ? error.message : 'it cannot be read'}`);
    },
  );
  await atMost(heeded, config.baselineWaitMs);
}

export function brokenGlassFinding(identity: Identity, { until, by, reason }: BreakGlass): Finding {
  return sensorFinding(identity, {
    key: 'sensor: the glass is broken',
    severity: 'high',
    blocked: false,
    reason: `block mode only alerts until ${until}: ${by ?? 'nobody named'} broke the glass (${reason})`,
    techniques: ['T1562.001'],
  });
}
