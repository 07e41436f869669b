import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../fleet/random.ts';
import { ACCOUNT, REGION } from './event.ts';
import { makeFunction } from './made-function.ts';
import { letters } from './made-up.ts';
import { other } from './others.ts';

/** What a made-up trail holds. */
export interface TrailPlan {
  readonly events: number;
  /** Share of events that are calls of functions' sessions. */
  readonly ofFunctions: number;
  readonly functions: number;
  readonly days: number;
  readonly seed: number;
}

const START = Date.UTC(2026, 9, 1);
const DAY = 86_400_000;
/** CloudTrail delivers about every five minutes. */
const DELIVERY = 300_000;

/**
 * Writes a trail's folder as it lies in S3 (AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD), events with all the fields that CloudTrail writes.
 */
export function writeTrail(folder: string, plan: TrailPlan): { files: number; bytes: number; unpacked: number } {
  const random = createRandom(plan.seed);
  const functions = Array.from({ length: plan.functions }, (_, i) => makeFunction(`service-${i}`, random));
  const deliveries = new Map<number, object[]>();
  const put = (time: number, event: object): void => {
    const slot = Math.floor(time / DELIVERY);
    const events = deliveries.get(slot) ?? [];
    events.push(event);
    deliveries.set(slot, events);
  };
  let count = 0;
  while (count < plan.events) {
    const time = START + Math.floor(random.next() * plan.days * DAY);
    if (random.chance(plan.ofFunctions / (plan.ofFunctions + (1 - plan.ofFunctions) * CALLS))) {
      const one = functions[Math.floor(random.next() ** 2 * functions.length)]!;
      for (const call of one.invocation(random)) {
        put(time + (count % 2_000), call(time));
        count++;
      }
    } else {
      put(time, other(random, time));
      count++;
    }
  }
  let bytes = 0;
  let unpacked = 0;
  for (const [slot, Records] of deliveries) {
    const stamp = new Date(slot * DELIVERY).toISOString();
    const [year, month, day] = stamp.slice(0, 10).split('-') as [string, string, string];
    const at = join(folder, 'AWSLogs', ACCOUNT, 'CloudTrail', REGION, year, month, day);
    mkdirSync(at, { recursive: true });
    const name = `${ACCOUNT}_CloudTrail_${REGION}_${year}${month}${day}T${stamp.slice(11, 16).replace(':', '')}Z_${letters(random, 16)}.json.gz`;
    const text = JSON.stringify({ Records });
    const packed = gzipSync(text);
    unpacked += text.length;
    bytes += packed.length;
    writeFileSync(join(at, name), packed);
  }
  return { files: deliveries.size, bytes, unpacked };
}

/** Calls of one invocation on average, about. */
const CALLS = 6;
