import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDirect } from '../../../extension/alerts/transport/direct.ts';
import { createWebhookSender, SIGNATURE_HEADER } from '../../../extension/alerts/webhook-sink.ts';
import { call, finding } from './findings.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

const SECRET = 'a-secret-of-the-webhook';
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

/** As docs/findings.md tells receivers to check it. */
function isGenuine({ headers, body }: Received, secret: string, now: number): boolean {
  const [, time = '', signature = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(`${headers[SIGNATURE_HEADER]}`) ?? [];
  const expected = createHmac('sha256', secret).update(`${time}.`).update(Buffer.from(body, 'latin1')).digest();
  return (
    Math.abs(now / 1_000 - Number(time)) < 300 &&
    timingSafeEqual(expected, Buffer.from(signature.padEnd(64, '0'), 'hex'))
  );
}

const notices = () => [{ finding: finding(), call: call(), count: 1, first: 0, last: 0 }];

it('a webhook at an address is one whose certificate bears the address, and nothing warns of a server name that it cannot have', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => warnings.push(String(warning));
  process.on('warning', warned);
  const direct = createDirect({ route: () => ({ host: '127.0.0.1', port: receiver.port }), ca: receiver.caPem });
  const sendTo = (host: string) =>
    createWebhookSender(`https://${host}:8443/at`, SECRET, { direct, clock: Date.now }).send(
      { notices: notices(), omitted: {} },
      AbortSignal.timeout(10_000),
    );
  await sendTo('127.0.0.1');
  expect(receiver.received.pop()).toMatchObject({ path: '/at', host: '127.0.0.1:8443' });
  // The same server by the same route, under an address that is not its own.
  await expect(sendTo('192.0.2.7')).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(receiver.received).toEqual([]);
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

it('a webhook message carries a signature that its receiver can check, over time and body', async () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const direct = createDirect({ route: () => ({ host: '127.0.0.1', port: receiver.port }), ca: receiver.caPem });
  const sender = createWebhookSender('https://hooks.example/rolefence?t=1', SECRET, { direct, clock: () => now });
  const notice = { finding: finding({ reason: 'naïve ✓' }), call: call(), count: 2, first: now, last: now };
  await sender.send({ notices: [notice], omitted: { high: 3 } }, AbortSignal.timeout(10_000));
  const [message] = receiver.received;
  expect(message!.path).toBe('/rolefence?t=1');
  expect(isGenuine(message!, SECRET, now)).toBe(true);
  expect(isGenuine(message!, 'another secret', now)).toBe(false);
  expect(isGenuine({ ...message!, body: `${message!.body} ` }, SECRET, now)).toBe(false);
  expect(isGenuine(message!, SECRET, now + 3_600_000)).toBe(false);
  expect(JSON.parse(Buffer.from(message!.body, 'latin1').toString())).toMatchObject({
    text: expect.stringContaining('BLOCKED'),
    findings: [{ class_uid: 2004, count: 2 }],
    omitted: { high: 3 },
  });
});
