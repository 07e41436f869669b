import type { Finding } from '../../baseline/finding.ts';

/**
 * How much of a function the sensor sees in this environment. intercepted: it was shown to be in the way, and nothing was seen going past it; partly: both; bypassed:
 * what was seen went past it, or what comes through is not read; unsupported (said by the layer's shell only): no sensor runs here.
 */
export type SightStatus = 'intercepted' | 'partly' | 'bypassed' | 'unsupported';

export interface Sight {
  /** A call or connection came through. */
  call(): void;
  /** The runtime itself came through, as it starts: its preload is loaded and leads here. */
  canary(): void;
  /** Findings of what goes past the sensor. */
  finding(finding: Finding): void;
  readonly canarySeen: boolean;
  /** Null while nothing has been seen of either kind: then there is nothing to say. */
  status(): SightStatus | null;
}

/** `unread`: connections come, but are not opened. */
export function createSight(unread: () => boolean): Sight {
  let through = false;
  let past = false;
  let canary = false;
  return {
    call() {
      through = true;
    },
    canary() {
      canary = true;
    },
    finding({ detector }) {
      if (detector === 'bypass') past = true;
    },
    get canarySeen() {
      return canary;
    },
    status() {
      if (unread()) return 'bypassed';
      if (through || canary) return past ? 'partly' : 'intercepted';
      return past ? 'bypassed' : null;
    },
  };
}
