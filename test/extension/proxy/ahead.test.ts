import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../extension/config.ts';
import { createLog } from '../../../extension/log.ts';
import { startSensor } from '../../../extension/sensor.ts';
import {
  closeAll,
  direct,
  HOST,
  later,
  proxyTo,
  recorder,
  until,
  upstreamAuthority,
  upstreamRaw,
  upstreamTcp,
  when,
} from './harness.ts';

afterEach(closeAll);

const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const ahead = { dialsAhead: () => true };

async function counting() {
  const seen = { connections: 0, requests: 0 };
  const port = await upstreamRaw((socket) => {
    seen.connections++;
    socket.on('data', () => {
      seen.requests++;
      socket.write(ANSWER);
    });
  });
  return { port, seen };
}

const answered = (client: Socket) => until(client, (text) => text.endsWith('ok'));

describe('while a client’s handshake goes on', () => {
  it('the endpoint is connected to, and the request uses that connection', async () => {
    const { port, seen } = await counting();
    const { proxy, ca } = await proxyTo(recorder(ahead).inspector, port);
    const client = await direct(proxy.port, ca);
    await when(() => seen.connections === 1);
    expect(seen.requests).toBe(0);
    client.write(GET);
    expect(await answered(client)).toMatch(/^HTTP\/1\.1 200/);
    client.destroy();
    expect(seen).toEqual({ connections: 1, requests: 1 });
  });

  it('the connection that a request finds not standing yet is the one that it waits for', async () => {
    const { port, seen } = await counting();
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let dialled = 0;
    const gate = await upstreamTcp((socket) => {
      dialled++;
      void opened.then(() => {
        const far = connect(port, '127.0.0.1');
        socket.pipe(far).pipe(socket);
        later(() => void far.destroy());
      });
    });
    const { inspector, heads } = recorder(ahead);
    const { proxy, ca } = await proxyTo(inspector, gate);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await when(() => heads.length === 1);
    open();
    expect(await answered(client)).toMatch(/^HTTP\/1\.1 200/);
    client.destroy();
    expect({ dialled, ...seen }).toEqual({ dialled: 1, connections: 1, requests: 1 });
  });

  it('nothing is connected to where a connection stands idle', async () => {
    const { port, seen } = await counting();
    const { proxy, ca } = await proxyTo(recorder(ahead).inspector, port);
    for (let n = 0; n < 3; n++) {
      const client = await direct(proxy.port, ca);
      client.write(GET);
      await answered(client);
      client.destroy();
    }
    expect(seen).toEqual({ connections: 1, requests: 3 });
  });

  it('a connection that never stands holds up nobody but the client that it was made for', async () => {
    const { port, seen } = await counting();
    let dialled = 0;
    let gone = 0;
    const gate = await upstreamTcp((socket) => {
      socket.on('error', () => {}).once('end', () => gone++);
      // As after a freeze: nobody is there any more, and nobody says so.
      if (++dialled === 1) {
        socket.resume();
        return;
      }
      const far = connect(port, '127.0.0.1');
      socket.pipe(far).pipe(socket);
      later(() => void far.destroy());
    });
    const { proxy, ca } = await proxyTo(recorder(ahead).inspector, gate);
    const first = await direct(proxy.port, ca);
    await when(() => dialled === 1);
    const second = await direct(proxy.port, ca);
    second.write(GET);
    expect(await answered(second)).toMatch(/^HTTP\/1\.1 200/);
    first.destroy();
    await when(() => gone === 1);
    second.destroy();
    expect(seen.requests).toBe(1);
  });

  it('an endpoint that cannot be reached is told of once there is a request', async () => {
    const { inspector, faults } = recorder(ahead);
    const { proxy, ca } = await proxyTo(inspector, 1);
    const client = await direct(proxy.port, ca);
    expect(faults).toEqual([]);
    const gone = new Promise((resolve) => client.on('error', () => {}).once('close', resolve));
    client.write(GET);
    await gone;
    expect(faults).toHaveLength(1);
  });
});

describe('a sensor', () => {
  it.each([
    { mode: 'learn', connects: true },
    { mode: 'alert', connects: true },
    { mode: 'block', connects: false },
  ])('in $mode mode connects before a request is judged: $connects', async ({ mode, connects }) => {
    const { port, seen } = await counting();
    const { config } = readConfig({ ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${port}`, ROLEFENCE_MODE: mode });
    const sensor = await startSensor({
      config: { ...config, upstreamCa: upstreamAuthority.certificatePem },
      identity: { function: 'f' },
      log: createLog('error', () => {}),
      sinks: [],
      caFile: null,
    });
    later(() => sensor.close());
    const client = await direct(sensor.port, sensor.certificatePem as string);
    // A second client's handshake takes as many turns as a connection to the endpoint.
    (await direct(sensor.port, sensor.certificatePem as string, 'unheard-of.us-east-1.amazonaws.com')).destroy();
    if (connects) await when(() => seen.connections > 0);
    expect(seen.connections > 0).toBe(connects);
    client.destroy();
  });
});
