import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAwsEndpoint } from '../../../extension/identify/endpoint.ts';
import { chooseProtocol } from '../../../extension/proxy/tls/intercept.ts';
import { localTarget } from '../../../layer/preload/local-socket.ts';

const host = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom('s3', 'kinesis', 'us-east-1', 'bucket', 'elb', 'compute-1', 'a.b', 'bedrock-runtime', 'vpce'),
        fc.stringMatching(/^[a-z0-9-]{1,12}$/),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('amazonaws.com', 'amazonaws.com.cn', 'api.aws', 'example.com', 'aws', 'amazonaws.com.evil.example'),
  )
  .map(([labels, suffix]) => [...labels, suffix].join('.'));

describe('what goes over the Unix socket', () => {
  it('is only what the sensor opens, in the protocol that it would choose in TLS', () => {
    let local = 0;
    fc.assert(
      fc.property(host, fc.subarray(['h2', 'http/1.1', 'x-amzn-mqtt-ca']), (name, offers) => {
        const target = localTarget({ host: name, port: 443, ALPNProtocols: offers });
        if (target === null) return;
        local++;
        expect(isAwsEndpoint(target.host)).toBe(true);
        expect(target.protocol).toBe(chooseProtocol(target.host, offers));
      }),
      { numRuns: 5_000 },
    );
    expect(local).toBeGreaterThan(100);
  });

  const S3 = { host: 's3.us-east-1.amazonaws.com', port: 443 };
  it.each<[string, Parameters<typeof localTarget>[0], string | null]>([
    ['an SDK’s call', { ...S3, ALPNProtocols: ['http/1.1'] }, 'http/1.1'],
    ['a client that offers nothing', S3, 'http/1.1'],
    ['HTTP/2', { host: 'kinesis.us-east-1.amazonaws.com', ALPNProtocols: ['h2'] }, 'h2'],
    ['MQTT', { ...S3, ALPNProtocols: ['x-amzn-mqtt-ca'] }, null],
    ['a client with CAs of its own', { ...S3, ca: 'PEM' }, null],
    ['a client with a certificate', { ...S3, cert: 'PEM', key: 'PEM' }, null],
    ['a client with a check of its own', { ...S3, checkServerIdentity: () => undefined }, null],
    ['offers in wire format', { ...S3, ALPNProtocols: Buffer.from('\x02h2') }, null],
    ['a customer’s load balancer', { host: 'mine-1.us-east-1.elb.amazonaws.com' }, null],
    ['any other host', { host: 'example.com' }, null],
    ['a host with a line end in it', { host: 'x\r\n.s3.amazonaws.com' }, null],
  ])('%s', (_, options, protocol) => {
    expect(localTarget(options)?.protocol ?? null).toBe(protocol);
  });
});
