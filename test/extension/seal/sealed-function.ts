import { Agent } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach } from 'vitest';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { Sha256 } from '../sdk-hash.ts';
import { REAL, type SealedSensor, startSealed } from './sealed-sensor.ts';
import { type VerifyingUpstream, verifyingUpstream } from './verifying-upstream.ts';

/** A request as it stands on the wire, but for its framing. */
interface Plain {
  readonly method: string;
  readonly service: string;
  readonly host: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** A function that has placeholders, all whose connections end in its sensor: a new one for each test, before an AWS that verifies signatures. */
export class SealedFunction {
  readonly authority = createCertificateAuthority(new Date());
  sealed!: SealedSensor;
  upstream!: VerifyingUpstream;

  constructor() {
    beforeEach(async () => {
      this.upstream = await verifyingUpstream(this.authority, [REAL]);
      this.sealed = await startSealed({ port: this.upstream.port, authority: this.authority });
    });
    afterEach(async () => {
      await this.sealed.sensor.close();
      await this.upstream.close();
    });
  }

  client<T>(
    Client: new (config: never) => T,
    credentials: object = this.sealed.sealer.placeholder,
    more: object = {},
  ): T {
    const { port, certificatePem } = this.sealed.sensor;
    const agent = new Agent({ keepAlive: true });
    agent.createConnection = (options) =>
      connectTls({ ...(options as object), host: '127.0.0.1', port, ca: certificatePem! });
    return new Client({
      region: 'eu-central-1',
      credentials,
      requestHandler: { httpsAgent: agent },
      maxAttempts: 1,
      ...more,
    } as never);
  }

  /** A call of STS by its query protocol, signed with the placeholders. */
  sts(body: string, headers: Record<string, string> = {}): Promise<string> {
    return this.signed({
      method: 'POST',
      service: 'sts',
      host: STS,
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
      body,
    });
  }

  /** Signed with the placeholders as an SDK would, ready to be sent: by `proxied` as a proxy is asked. */
  async signed({ method, service, host, path, headers = {}, body }: Plain, proxied = false): Promise<string> {
    const { accessKeyId, secretAccessKey, sessionToken } = this.sealed.sealer.placeholder;
    const signer = new SignatureV4({
      service,
      region: 'eu-central-1',
      credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken! },
      sha256: Sha256 as never,
      uriEscapePath: service !== 's3',
    });
    const request = {
      method,
      protocol: proxied ? 'http:' : 'https:',
      hostname: host,
      path,
      query: {},
      headers: { host, ...headers },
      body,
    };
    const made = (await signer.sign(request as never)) as unknown as { headers: Record<string, string> };
    const fields = Object.entries(made.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const target = proxied ? `http://${host}${path}` : path;
    return `${method} ${target} HTTP/1.1\r\n${fields.join('')}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  }

  /** What the sensor answers to these octets, in plain text. */
  overHttp(request: string): Promise<string> {
    return answerTo(request, connectTcp(this.sealed.sensor.port, '127.0.0.1'));
  }

  inTls(request: string, servername: string = STS): Promise<string> {
    const { port, certificatePem } = this.sealed.sensor;
    return answerTo(request, connectTls({ host: '127.0.0.1', port, servername, ca: certificatePem! }));
  }
}

const STS = 'sts.eu-central-1.amazonaws.com';

function answerTo(request: string, socket: Socket): Promise<string> {
  socket.write(request);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
