import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../../../examples/demo/aws/certificates.ts';
import { buildLayer, type Environment, startEnvironment } from '../lifecycle/environment.ts';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:findings';

/** SNS, as far as a publisher sees it; what becomes of each request is up to the test. */
interface Topic {
  readonly port: number;
  readonly caPem: string;
  /** Requests that wait for their answer. */
  readonly open: { readonly findings: number; readonly response: ServerResponse }[];
  /** Findings, repeats among them, in requests that were answered 200. */
  taken: number;
  answer(status: number): void;
  close(): void;
}

async function startTopic(): Promise<Topic> {
  const { caPem, certificate, key } = await makeCertificates(['*.us-east-1.amazonaws.com']);
  const open: Topic['open'] = [];
  const server: Server = createServer({ cert: certificate, key }, (request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      // A call of the function's, which is none of the topic's.
      if (request.method === 'GET') return void response.writeHead(404).end();
      const { sqs } = JSON.parse(new URLSearchParams(body).get('Message')!);
      const { findings, omitted } = JSON.parse(sqs) as {
        findings: { unmapped: { key: string; count: number } }[];
        omitted: object;
      };
      expect(omitted).toEqual({});
      // This machine's own connections may look like some past the sensor: those are not meant here.
      const ours = findings.filter(({ unmapped }) => unmapped.key === 'sensor: no usable baseline');
      const one = { findings: ours.reduce((sum, { unmapped }) => sum + unmapped.count, 0), response };
      open.push(one);
      // Given up by the sender: nobody has taken it.
      response.on('close', () => open.includes(one) && open.splice(open.indexOf(one), 1));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const topic: Topic = {
    port: (server.address() as AddressInfo).port,
    caPem,
    open,
    taken: 0,
    answer(status) {
      const { findings, response } = open.shift()!;
      if (status === 200) topic.taken += findings;
      response.writeHead(status).end('<PublishResponse/>');
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return topic;
}

describe('a freeze between the response and the next invocation', () => {
  let environment: Environment;
  let topic: Topic;
  let ca: string;
  beforeAll(buildLayer);
  afterEach(async () => {
    try {
      freeze('SIGCONT');
    } catch {
      // It has ended.
    }
    await environment.close();
    topic.close();
    rmSync(dirname(ca), { recursive: true });
  });

  /** All of the extension: its shell and the sensor. */
  const freeze = (signal: 'SIGSTOP' | 'SIGCONT') => process.kill(-environment.extension.process.pid!, signal);
  const waits = () => expect.poll(() => topic.open.length, { timeout: 15_000 }).toBeGreaterThan(0);

  /** A sensor that has no baseline to judge by, which is critical, in its first invocation. */
  async function start(env: Record<string, string>): Promise<void> {
    topic = await startTopic();
    ca = join(mkdtempSync(join(tmpdir(), 'rolefence-test-')), 'ca.pem');
    writeFileSync(ca, topic.caPem);
    environment = await startEnvironment({
      env: {
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${topic.port}`,
        ROLEFENCE_UPSTREAM_CA: ca,
        ROLEFENCE_SINKS: 'sns',
        ROLEFENCE_SNS_TOPIC_ARN: TOPIC,
        ...env,
      },
    });
    const { lambda } = environment;
    await lambda.came('event/next');
    lambda.invoke('req-1');
  }
  const BLOCKING = { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' };

  /** One call is refused, and the message about it is on its way: not answered yet. */
  async function underway(): Promise<void> {
    await start({ ...BLOCKING, ROLEFENCE_SINK_WAIT_MS: '0' });
    expect(await environment.call()).toBe('403');
    await waits();
  }

  /** Thaws with the next invocation, and ends the environment; every message that still comes is taken. */
  async function thaw(calls: number): Promise<void> {
    const { lambda, extension } = environment;
    lambda.invoke('req-2');
    const taking = setInterval(() => topic.open.length > 0 && topic.answer(200), 5);
    freeze('SIGCONT');
    for (let n = 0; n < calls; n++) expect(await environment.call()).toBe('403');
    lambda.shutdown();
    expect(await extension.ended).toBe(0);
    clearInterval(taking);
  }

  it.each<[string, () => void, number]>([
    ['was taken while nobody could read the answer', () => topic.answer(200), 0],
    ['was lost with its connection', () => topic.open.shift()!.response.destroy(), 0],
    ['had been refused', () => topic.answer(503), 0],
    ['was lost, and the same came again twice', () => topic.open.shift()!.response.destroy(), 2],
  ])('tells of everything exactly once where the message %s', async (_what, meanwhile, calls) => {
    await underway();
    freeze('SIGSTOP');
    meanwhile();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(topic.open).toEqual([]);
    await thaw(calls);
    expect(topic.taken).toBe(1 + calls);
  });

  /** Long enough for any machine: what is waited for is the message, not the time. */
  const PATIENT = { ROLEFENCE_SINK_WAIT_MS: '5000' };
  const ALERTING = { ROLEFENCE_MODE: 'alert', ROLEFENCE_BASELINE: 'file:/nowhere.json' };

  it.each<[string, Record<string, string>, string]>([
    ['a call that is refused', BLOCKING, '403'],
    // The topic is the only server here: what it answers to a call that is none of its own.
    ['a call that goes through', ALERTING, '404'],
  ])('has told of %s when it comes with the answer itself', async (_what, mode, status) => {
    await start({ ...mode, ...PATIENT });
    const called = environment.call('/', {
      afterwards: `process.kill(-${environment.extension.process.pid}, 'SIGSTOP')`,
    });
    await waits();
    topic.answer(200);
    expect(await called).toBe(status);
    expect(topic.taken).toBe(1);
    expect(topic.open).toEqual([]);
  });

  it('lets a call go on when the topic does not answer in time, and tells of it after the thaw', async () => {
    await start({ ...BLOCKING, ROLEFENCE_SINK_WAIT_MS: '50' });
    expect(await environment.call()).toBe('403');
    await waits();
    freeze('SIGSTOP');
    topic.open.shift()!.response.destroy();
    await thaw(0);
    expect(topic.taken).toBe(1);
  });
});
