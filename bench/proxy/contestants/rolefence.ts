import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { TOOL } from '../build.ts';
import { workload } from '../client/workload.ts';
import { line, start, stop } from '../processes.ts';
import {
  type Contestant,
  type Distance,
  hostOf,
  OWN_KEY,
  type Place,
  type Running,
  type Service,
} from './contestant.ts';

export const learning: Contestant = {
  name: 'rolefence',
  what: '`rolefence proxy --mode learn`, the whole sensor',
  missing: () => null,
  start: (place) => sensor(place, ['--mode', 'learn']),
};

export const blocking: Contestant = {
  name: 'rolefence block',
  what: '`rolefence proxy --mode block` with a baseline that was learned from the same calls, in invocations as large',
  missing: () => null,
  async start(place) {
    const baseline = join(place.folder, 'baseline.json');
    const teacher = await sensor(place, ['--mode', 'learn', '--learn-to', baseline]);
    await workload(teacher);
    await teacher.stop();
    expectCrowds(baseline);
    return sensor(place, ['--mode', 'block', '--baseline', baseline]);
  },
};

/**
 * The tool knows no invocations: all calls of a minute are one, here some ten thousand. A baseline from fewer would have each of them told, and that would be what is measured. So
 * it says that there were such minutes.
 */
function expectCrowds(file: string): void {
  const document = parseBaseline(readFileSync(file, 'utf8'), file);
  for (const { actions } of Object.values(document.functions))
    for (const { size } of Object.values(actions)) Object.assign(size, { calls: CROWD, ...SUMS });
  writeFileSync(file, serializeBaseline(document));
}

const CROWD = [10_000_000];
const SUMS = { bytesOutPerInvocation: [1e10], bytesInPerInvocation: [1e10], itemsPerInvocation: CROWD };

/** The proxy with nothing behind it: what naming and judging cost is the difference. */
export const bare: Contestant = {
  name: 'rolefence proxy',
  what: 'extension/proxy with an inspector that lets everything through',
  missing: () => null,
  start: (place) =>
    run(place, ['--no-warnings', join(import.meta.dirname, 'proxy-only.ts'), `${place.port}`, ...ways(place)]),
};

/** The floor under any proxy in Node: what the others cost is told as so many times this. */
export const relay: Contestant = {
  name: 'relay',
  what: 'TLS on both sides and nothing between: no HTTP is read',
  missing: () => null,
  start: (place) =>
    run(place, ['--no-warnings', join(import.meta.dirname, 'relay-process.ts'), `${place.port}`, ...ways(place)]),
};

/** As the Node preload connects: to the Unix socket, without TLS (layer/preload/local-socket.ts). */
export function asPreload(running: Running): Running {
  const { socketPath } = running;
  if (socketPath === undefined) throw new Error('the sensor has no Unix socket');
  return {
    ...running,
    route(distance, service) {
      const route = running.route(distance, service);
      return {
        ...route,
        dial: { path: socketPath },
        connect: null,
        preface: `ROLEFENCE/1 ${route.host} http/1.1\r\n`,
      };
    },
  };
}

function ways({ upstream }: Place): string[] {
  const distances: readonly Distance[] = ['near', 'far'];
  const services: readonly Service[] = ['dynamodb', 's3'];
  const maps = distances.flatMap((distance) =>
    services.flatMap((service) => ['--connect-to', `${hostOf(distance, service)}:443=127.0.0.1:${upstream[distance]}`]),
  );
  return [...maps, '--upstream-ca', upstream.caFile];
}

function sensor(place: Place, options: readonly string[]): Promise<Running> {
  const command = [TOOL, 'proxy', '--function', 'bench', '--own-access-key', OWN_KEY, '--port', `${place.port}`];
  return run(place, [
    '--no-warnings',
    ...command,
    '--ca-file',
    join(place.folder, 'ca.pem'),
    ...ways(place),
    ...options,
  ]);
}

async function run(place: Place, args: readonly string[]): Promise<Running> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  // For whoever looks for where the time goes.
  const profiles = process.env.ROLEFENCE_BENCH_PROFILES;
  const from = performance.now();
  const child = start(
    process.execPath,
    [
      ...(process.env.ROLEFENCE_BENCH_PERF ? ['--perf-basic-prof'] : []),
      ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
      ...args,
    ],
    { env, cwd: place.folder },
  );
  const ready = JSON.parse(await line(child, (text) => text.startsWith('{"proxy"'))) as {
    caFile: string;
    socket?: string;
    env?: { ROLEFENCE_SENSOR_SOCKET?: string };
  };
  const readyMs = performance.now() - from;
  const socketPath = ready.socket ?? ready.env?.ROLEFENCE_SENSOR_SOCKET;
  return {
    pid: child.process.pid ?? null,
    caPem: readFileSync(resolve(place.folder, ready.caFile), 'utf8'),
    readyMs,
    ...(socketPath === undefined ? {} : { socketPath }),
    route: (distance, service) => {
      const host = hostOf(distance, service);
      return { dial: { host: '127.0.0.1', port: place.port }, connect: `${host}:443`, host, authority: host };
    },
    stop: () => stop(child),
  };
}
