import type { Isolation } from '../baseline/approval/isolation.ts';
import type { Finding } from '../baseline/finding.ts';
import type { Identity } from './identity.ts';
import type { Log } from './log.ts';
import { sensorFinding } from './sensor-finding.ts';
import type { BaselineSource } from './startup.ts';

/**
 * Looks, in every mode and once an environment, whether somebody has isolated the function: `shut` is called where so, however late the store answers. What is not
 * there, or cannot be read, closes nothing. Never rejects.
 */
export async function heedIsolation(
  source: BaselineSource | null,
  log: Log,
  shut: (held: Isolation, why: string) => void,
): Promise<void> {
  if (source === null) return;
  try {
    const held = await source.isolation();
    if (held === null) return;
    const why = `the function is isolated since ${held.from} (${held.by ?? 'nobody named'}: ${held.reason})`;
    shut(held, why);
    log.error(`${why}: every call and connection of this environment is refused`);
  } catch (error) {
    log.warn(`the isolation switch is not heeded: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
}

export function isolationFinding(identity: Identity, why: string): Finding {
  return sensorFinding(identity, {
    key: 'sensor: the environment is isolated',
    severity: 'critical',
    blocked: true,
    reason: `${why}: every call and connection of this environment is refused`,
    techniques: [],
  });
}
