import tls from 'node:tls';

/** extension/sight/canary.ts knows it; nobody else does (RFC 6761). */
export const CANARY_HOST = 'canary.rolefence.invalid';

/**
 * As the runtime starts, one connection the way the function's SDKs open theirs, through whatever has been put over `tls.connect` by then: the sensor sees it and ends it
 * before any handshake, and knows that it is in the way. The runtime's own process only, not those that it starts.
 */
export function sendCanary(env: NodeJS.ProcessEnv): void {
  if (!env._HANDLER || env.ROLEFENCE_CANARY !== undefined) return;
  env.ROLEFENCE_CANARY = 'sent';
  setImmediate(() => {
    try {
      // No CAs of its own: reading the public roots would take longer than all the rest.
      const socket = tls.connect({ host: CANARY_HOST, port: 443, servername: CANARY_HOST, ca: [] });
      socket.on('error', () => {});
      socket.unref();
    } catch {
      // Then the sensor says that none came.
    }
  }).unref();
}
