import net from 'node:net';
import type { Sensor } from './sensor.ts';

/** extension/sight/canary.ts knows it; nobody else does (RFC 6761). */
export const CANARY_HOST = 'canary.rolefence.invalid';

const dial = net.connect;

/**
 * As the runtime starts, one connection to the sensor that asks for a name that nobody has: so the sensor knows that this preload is loaded in the runtime's own process
 * and reaches it. Without TLS, whose first use takes a process three times as long as the rest. The processes that the runtime starts send none.
 */
export function sendCanary(sensor: Sensor, env: NodeJS.ProcessEnv): void {
  if (!env._HANDLER || env.ROLEFENCE_CANARY !== undefined) return;
  env.ROLEFENCE_CANARY = 'sent';
  setImmediate(() => {
    try {
      const socket = dial({ host: '127.0.0.1', port: sensor.port });
      socket.on('error', () => {});
      socket.end(`CONNECT ${CANARY_HOST}:443 HTTP/1.1\r\nHost: ${CANARY_HOST}:443\r\n\r\n`);
      socket.resume();
      socket.unref();
    } catch {
      // Then the sensor says that none came.
    }
  }).unref();
}
