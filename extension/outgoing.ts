import type { DirectOptions } from './alerts/transport/direct.ts';
import type { Config } from './config.ts';
import { addressFor, type ConnectTo, parseConnectTo } from './proxy/connect-to.ts';

/** How the sensor's own requests go out: past the proxy, but to the same private endpoints and with the same trust as what it forwards. */
export function outgoing(config: Config): DirectOptions {
  const entries: ConnectTo[] = [];
  for (const entry of config.connectTo) {
    try {
      entries.push(parseConnectTo(entry));
    } catch {
      // Said where the proxy listens.
    }
  }
  return { route: (host, port) => addressFor(entries, host.toLowerCase(), port), ca: config.upstreamCa };
}
