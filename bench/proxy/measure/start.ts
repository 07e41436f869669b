import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXTENSION } from '../build.ts';
import { line, start, stop } from '../processes.ts';
import { median } from '../statistics.ts';
import { seventhOfACore } from './quota.ts';

export interface LayerStart {
  /** Milliseconds from starting the process to its `register`, before which it listens and has written its CA. */
  readonly registerMs: number;
  /** And to its first `event/next`. */
  readonly nextMs: number;
}

/** The extension of the slim layer, as Lambda starts it, against as much of the Extensions API as its start needs. */
export async function layerStart(more: NodeJS.ProcessEnv = {}): Promise<LayerStart> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-'));
  let from = 0;
  let registerMs = 0;
  let told: (ms: number) => void = () => {};
  const next = new Promise<number>((resolve) => {
    told = resolve;
  });
  const api = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith('/register')) {
      registerMs = performance.now() - from;
      response.setHeader('Lambda-Extension-Identifier', 'bench');
      response.end(
        '{"functionName":"bench","functionVersion":"1","handler":"index.handler","accountId":"111122223333"}',
      );
      // `event/next` stays unanswered: the environment is idle.
    } else if (request.url?.endsWith('/event/next')) told(performance.now() - from);
    else response.end('{}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  from = performance.now();
  const child = start(process.execPath, ['--no-warnings', EXTENSION], {
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(api.address() as AddressInfo).port}`,
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_REGION: 'us-east-1',
      ROLEFENCE_STATE_DIR: join(folder, 'state'),
      ...more,
    },
  });
  try {
    const timer = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(child.said())), 20_000).unref());
    return { nextMs: await Promise.race([next, timer]), registerMs };
  } finally {
    child.process.kill('SIGKILL');
    api.closeAllConnections();
    api.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The measure of a start: a Node that listens on TLS and no more. Milliseconds to its line. */
export async function bareServerStart(): Promise<number> {
  const program =
    "const{createServer}=require('node:http');require('node:tls');const s=createServer();" +
    "s.listen(0,'127.0.0.1',()=>console.log('ready'))";
  const from = performance.now();
  const child = start(process.execPath, ['-e', program], { env: { PATH: process.env.PATH } });
  await line(child, (text) => text === 'ready');
  const taken = performance.now() - from;
  await stop(child);
  return taken;
}

type Times = LayerStart & { readonly bareServerMs: number };

/** Medians of interleaved starts; `slow` on a seventh of a core, where this machine lets us make one. */
export async function startTimes(times: number): Promise<{ whole: Times; slow: Times | null }> {
  const whole = await medians(times);
  const quota = seventhOfACore();
  if (quota === null) return { whole, slow: null };
  try {
    return { whole, slow: await medians(Math.min(3, times)) };
  } finally {
    quota();
  }
}

async function medians(times: number): Promise<Times> {
  const layer: LayerStart[] = [];
  const bare: number[] = [];
  for (let n = 0; n < times; n++) {
    bare.push(await bareServerStart());
    layer.push(await layerStart());
  }
  return {
    registerMs: median(layer.map(({ registerMs }) => registerMs)),
    nextMs: median(layer.map(({ nextMs }) => nextMs)),
    bareServerMs: median(bare),
  };
}
