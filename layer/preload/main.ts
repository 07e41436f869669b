import { syncBuiltinESMExports } from 'node:module';
import { createAvailability } from './availability.ts';
import { sendCanary } from './canary.ts';
import { hideProxy, inheritance, wrapChildProcesses, wrapWorkers } from './descendants.ts';
import { wrapHttpRequest } from './http.ts';
import { hookPresigner } from './presign.ts';
import { findSensor } from './sensor.ts';
import { wrapTlsConnect } from './tls.ts';

/**
 * Runs in the function's Node processes before anything of theirs (NODE_OPTIONS --require, bundled to CommonJS for Node 18 and up). It changes the core modules
 * and has them export the changes to ES modules too; what a bundler has packed into the function still imports those. It never throws.
 */
const INSTALLED = Symbol.for('rolefence.preload');

function install(): void {
  const marked = globalThis as { [INSTALLED]?: true };
  if (marked[INSTALLED]) return;
  const sensor = findSensor(process.env);
  if (sensor === null) return;
  marked[INSTALLED] = true;
  const availability = createAvailability(sensor);
  const inherit = inheritance(process.env, sensor.port, __filename);
  const parts = [
    () => wrapTlsConnect(sensor, availability, process.env),
    () => wrapHttpRequest(sensor, availability, process.env),
    () => wrapChildProcesses(inherit),
    () => wrapWorkers(inherit),
    () => hookPresigner(sensor.port, process.env),
    () => hideProxy(process.env, sensor.port),
    () => syncBuiltinESMExports(),
    () => sendCanary(sensor, process.env),
  ];
  for (const part of parts) {
    try {
      part();
    } catch {
      // That part is left out; the function must start.
    }
  }
}

install();
