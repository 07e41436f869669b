import { readFileSync } from 'node:fs';

/** The sensor as the wrapper has announced it to this process. */
export interface Sensor {
  /** Of its listener on 127.0.0.1. */
  readonly port: number;
  /** Of its Unix socket, on which no TLS is spoken; null where there is none. */
  readonly socketPath: string | null;
  /** Its CA certificate; null where it opens nothing. */
  readonly certificatePem: string | null;
  /** What happens to connections when the sensor does not answer: open goes around it, closed fails. */
  readonly onFailure: 'open' | 'closed';
}

/** Null where there is no sensor: then nothing is changed. */
export function findSensor(env: NodeJS.ProcessEnv): Sensor | null {
  const port = Number(env.ROLEFENCE_SENSOR_PORT);
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return null;
  return {
    port,
    socketPath: env.ROLEFENCE_SENSOR_SOCKET || null,
    certificatePem: certificate(env.ROLEFENCE_SENSOR_CA),
    onFailure: onFailure(env),
  };
}

function certificate(path: string | undefined): string | null {
  if (!path) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** As the sensor reads it: nobody misspells the default, so any other word means the other one. */
function onFailure(env: NodeJS.ProcessEnv): 'open' | 'closed' {
  const value = (env.ROLEFENCE_ON_FAILURE ?? '').replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '').toLowerCase();
  return value === 'open' || value === '' ? 'open' : 'closed';
}
