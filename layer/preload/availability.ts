import { type EventEmitter, errorMonitor } from 'node:events';
import type { Socket } from 'node:net';
import type { Sensor } from './sensor.ts';

/** How long connections go around a sensor that refused one, milliseconds: about as long as its restart takes. */
const REST_MS = 1_000;

/** Knows whether the sensor answers. The connection that finds out fails, as one reset by the network does, and the SDKs try it again. */
export interface Availability {
  /** False while connections should go around the sensor; never so where failing is closed. */
  reachable(): boolean;
  /** Learns from a connection that was led to the sensor. */
  watch(socket: Socket): void;
}

export function createAvailability(sensor: Sensor, now: () => number = Date.now): Availability {
  let restUntil = 0;
  return {
    reachable: () => sensor.onFailure === 'closed' || now() >= restUntil,
    watch(socket) {
      // Listening without handling: an error that nobody handles must stay one.
      (socket as EventEmitter).once(errorMonitor, (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED' && sensor.onFailure === 'open') restUntil = now() + REST_MS;
      });
    },
  };
}
