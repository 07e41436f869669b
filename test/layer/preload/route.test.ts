import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { inheritance } from '../../../layer/preload/descendants.ts';
import { isLocal } from '../../../layer/preload/local.ts';
import { type ConnectOptions, routeOf } from '../../../layer/preload/tls.ts';

const LAMBDA = { AWS_LAMBDA_RUNTIME_API: '169.254.100.1:9001' };

describe('which way a TLS connection goes', () => {
  it.each<[string, ConnectOptions, string]>([
    ['an AWS endpoint', { host: 's3.us-east-1.amazonaws.com', port: 443 }, 'direct'],
    ['a port in text, as http2 has it on Node 20', { host: 'kinesis.us-east-1.amazonaws.com', port: '443' }, 'direct'],
    ['any other host, so that it is recorded', { host: 'example.com', port: 443 }, 'direct'],
    ['a name in capitals', { host: 'S3.amazonaws.com', port: 443, servername: 's3.amazonaws.com' }, 'direct'],
    [
      'a private endpoint by another name',
      { host: 'vpce-1.vpce.amazonaws.com', port: 443, servername: 's3.amazonaws.com' },
      'connect',
    ],
    ['an address', { host: '192.0.2.7', port: 443 }, 'connect'],
    ['https on another port', { host: 'example.com', port: 8443, protocol: 'https:' }, 'connect'],
    ['fetch on another port', { host: 'example.com', port: 8443, ALPNProtocols: ['http/1.1'] }, 'connect'],
    ['a database', { host: 'redis.example.com', port: 6379 }, 'around'],
    ['loopback', { host: '127.0.0.1', port: 443 }, 'around'],
    ['the Runtime API', { host: '169.254.100.1', port: 443 }, 'around'],
    ['no host', { port: 443 }, 'around'],
    ['a socket of the caller’s own', { host: 's3.amazonaws.com', port: 443, socket: new Socket() }, 'around'],
    ['a Unix socket', { path: '/tmp/x', host: 's3.amazonaws.com', port: 443 }, 'around'],
  ])('%s', (_, options, route) => {
    expect(routeOf(options, LAMBDA)).toBe(route);
  });
});

describe('what is local', () => {
  it.each([
    'localhost',
    'LOCALHOST',
    'a.localhost',
    '127.1.2.3',
    '::1',
    '[::1]',
    '169.254.169.254',
    '::ffff:127.0.0.1',
    'fe80::1',
    'sandbox.localdomain',
  ])('%s is', (host) => expect(isLocal(host, {})).toBe(true));
  it.each(['example.com', '10.0.0.1', '128.0.0.1', 'localhost.example.com', '127.0.0.1.example.com', '2001:db8::1'])(
    '%s is not',
    (host) => expect(isLocal(host, {})).toBe(false),
  );
});

describe('what children are given', () => {
  const inherit = inheritance(
    { ROLEFENCE_SENSOR_PORT: '4711', AWS_CA_BUNDLE: '/b.pem', OTHER: 'x' },
    4711,
    '/opt/rolefence/preload.cjs',
  );

  it('is what they lack', () => {
    expect(inherit({ PATH: '/bin' })).toEqual({
      ROLEFENCE_SENSOR_PORT: '4711',
      AWS_CA_BUNDLE: '/b.pem',
      HTTPS_PROXY: 'http://127.0.0.1:4711',
      https_proxy: 'http://127.0.0.1:4711',
      HTTP_PROXY: 'http://127.0.0.1:4711',
      http_proxy: 'http://127.0.0.1:4711',
      NODE_OPTIONS: '--require /opt/rolefence/preload.cjs',
    });
  });

  it('is the folder by which Python presigns at the sensor, where there is one, before their own', () => {
    const folder = '/opt/rolefence/python';
    const sealed = inheritance({ PYTHONPATH: `${folder}:/var/task/lib` }, 4711, '/opt/rolefence/preload.cjs');
    expect(sealed({}).PYTHONPATH).toBe(folder);
    expect(sealed({ PYTHONPATH: '/own' }).PYTHONPATH).toBe(`${folder}:/own`);
    expect(sealed({ PYTHONPATH: `/own:${folder}` })).not.toHaveProperty('PYTHONPATH');
    expect(inherit({})).not.toHaveProperty('PYTHONPATH');
  });

  it('never replaces what they have', () => {
    const own = {
      AWS_CA_BUNDLE: '/own.pem',
      https_proxy: 'http://own:1',
      http_proxy: 'http://own:1',
      NODE_OPTIONS: '--inspect',
    };
    expect(inherit(own)).toEqual({
      ROLEFENCE_SENSOR_PORT: '4711',
      NODE_OPTIONS: '--require /opt/rolefence/preload.cjs --inspect',
    });
  });
});
