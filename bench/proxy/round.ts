import { BareClient } from './client/bare.ts';
import { open } from './client/connection.ts';
import { getItems } from './client/requests.ts';
import { sdkClient } from './client/sdk.ts';
import type { Running } from './contestants/contestant.ts';
import { asPreload } from './contestants/rolefence.ts';
import { transfer } from './measure/bodies.ts';
import { latencies, newConnections, sdkLatencies, throughput } from './measure/calls.ts';
import { ascending, quantile } from './statistics.ts';

/** What one round gives for one contestant. Times in ms, rates in calls or MiB a second, memory in MiB. */
export type Figures = Partial<Record<Figure, number>>;

export const FIGURES = [
  'bareP50',
  'bareP90',
  'bareP99',
  'sdkP50',
  'sdkP90',
  'sdkP99',
  'rate16',
  'rate64',
  'farRate16',
  'farRate64',
  'cpuFor10k',
  'preloadP50',
  'preloadCpu',
  'newConnection',
  'preloadConnection',
  'get64',
  'put64',
  'peak',
  'ready',
  'firstCall',
  'idle',
  'after200',
] as const;
export type Figure = (typeof FIGURES)[number];

/** How much is done in a round. */
export interface Size {
  readonly calls: number;
  readonly sdkCalls: number;
  readonly rateMs: number;
  readonly connections: number;
  readonly bytes: number;
}

export const WHOLE: Size = { calls: 400, sdkCalls: 150, rateMs: 400, connections: 12, bytes: 64 << 20 };

/** Milliseconds of each call, ascending. */
async function oneAtATime(running: Running, calls: number): Promise<number[]> {
  const route = running.route('near', 'dynamodb');
  const client = new BareClient(await open(route, running.caPem));
  const requests = getItems(route);
  await latencies(client, requests, 50);
  const taken = ascending(await latencies(client, requests, calls));
  client.close();
  return taken;
}

/** All that can be measured of a contestant that runs already. */
export const steps: readonly ((running: Running, size: Size, isRolefence: boolean) => Promise<Figures>)[] = [
  async (running, { calls }, isRolefence) => {
    const taken = await oneAtATime(running, calls);
    return {
      bareP50: quantile(taken, 0.5),
      bareP90: quantile(taken, 0.9),
      bareP99: quantile(taken, 0.99),
      ...(isRolefence ? { preloadP50: quantile(await oneAtATime(asPreload(running), calls), 0.5) } : {}),
    };
  },
  async (running, { sdkCalls }) => {
    const client = sdkClient(running, 'near');
    await sdkLatencies(client, 30);
    const taken = ascending(await sdkLatencies(client, sdkCalls));
    client.close();
    return { sdkP50: quantile(taken, 0.5), sdkP90: quantile(taken, 0.9), sdkP99: quantile(taken, 0.99) };
  },
  async (running, { rateMs }, isRolefence) => {
    const at16 = await throughput(running, 'near', 16, rateMs);
    const preload = isRolefence ? (await throughput(asPreload(running), 'near', 16, rateMs)).cpuFor10k : null;
    return {
      rate16: at16.callsPerSecond,
      ...(at16.cpuFor10k === null ? {} : { cpuFor10k: at16.cpuFor10k }),
      ...(preload === null ? {} : { preloadCpu: preload }),
    };
  },
  async (running, { rateMs }) => ({ rate64: (await throughput(running, 'near', 64, rateMs)).callsPerSecond }),
  async (running, { rateMs }) => ({ farRate16: (await throughput(running, 'far', 16, rateMs)).callsPerSecond }),
  async (running, { rateMs }) => ({ farRate64: (await throughput(running, 'far', 64, rateMs)).callsPerSecond }),
  async (running, { connections }, isRolefence) => ({
    newConnection: quantile(ascending(await newConnections(running, connections)), 0.5),
    ...(isRolefence
      ? { preloadConnection: quantile(ascending(await newConnections(asPreload(running), connections)), 0.5) }
      : {}),
  }),
  async (running, { bytes }) => {
    const get = await transfer(running, 'get', bytes);
    const put = await transfer(running, 'put', bytes);
    const peak = Math.max(get.peakMiB ?? 0, put.peakMiB ?? 0);
    return { get64: get.mibPerSecond, put64: put.mibPerSecond, ...(peak === 0 ? {} : { peak }) };
  },
];
