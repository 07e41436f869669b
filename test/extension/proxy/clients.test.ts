import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ProxyAgent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, HOST, later, proxyTo, recorder, upstreamHttps } from './harness.ts';

afterEach(closeAll);
const run = promisify(execFile);

async function echo() {
  const port = await upstreamHttps((req, res) => {
    let bytes = 0;
    req.on('data', (part) => {
      bytes += part.length;
    });
    req.on('end', () => res.end(`${req.method} ${req.url} ${bytes}`));
  });
  const seen = recorder();
  const { proxy, ca } = await proxyTo(seen.inspector, port);
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-clients-'));
  later(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'ca.pem'), ca);
  return { ...seen, proxy, ca, caFile: join(folder, 'ca.pem') };
}

describe('real clients through CONNECT', () => {
  it('curl, in HTTP/1.1 although it offers HTTP/2', async () => {
    const { proxy, caFile, heads } = await echo();
    const { stdout } = await run(
      'curl',
      ['-sS', '-x', `http://127.0.0.1:${proxy.port}`, '--cacert', caFile, '-d', 'body', `https://${HOST}/a`],
      { env: { PATH: process.env.PATH ?? '' } },
    );
    expect(stdout).toBe('POST /a 4');
    expect(heads[0]).toMatchObject({ connect: `${HOST}:443`, sni: HOST, authority: null });
  });

  it("Python's http.client, whose CONNECT can be HTTP/1.0", async () => {
    const { proxy, caFile } = await echo();
    const script = [
      'import http.client, ssl, sys',
      'c = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), context=ssl.create_default_context(cafile=sys.argv[2]))',
      `c.set_tunnel("${HOST}", 443)`,
      'for i in range(2):',
      '    c.request("PUT", "/p", body=b"x" * 70000)',
      '    print(c.getresponse().read().decode())',
    ].join('\n');
    const { stdout } = await run('python3', ['-c', script, `${proxy.port}`, caFile], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    });
    expect(stdout).toBe('PUT /p 70000\nPUT /p 70000\n');
  });

  it('undici, with its proxy agent', async () => {
    const { proxy, ca } = await echo();
    const agent = new ProxyAgent({ uri: `http://127.0.0.1:${proxy.port}`, requestTls: { ca } });
    const { request: send } = await import('undici');
    const answer = await send(`https://${HOST}/u`, { dispatcher: agent, method: 'POST', body: 'abc' });
    expect(await answer.body.text()).toBe('POST /u 3');
    await agent.close();
  });
});

describe('the AWS SDK for JavaScript, straight to the listener', () => {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };

  it('gets and puts', async () => {
    const bodies: string[] = [];
    const port = await upstreamHttps((req, res) => {
      let text = '';
      req.on('data', (part) => {
        text += part;
      });
      req.on('end', () => {
        bodies.push(text);
        if (req.headers.host === HOST) res.setHeader('content-type', 'application/x-amz-json-1.0');
        res.end(req.headers.host === HOST ? '{"Item":{"a":{"S":"b"}}}' : '');
      });
    });
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const httpsAgent = new Agent({ keepAlive: true });
    // As the preload does: the connection goes to the sensor, all names stay.
    httpsAgent.createConnection = () => connectTls({ host: '127.0.0.1', port: proxy.port, servername: HOST, ca });
    const dynamodb = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler: { httpsAgent } });
    for (let i = 0; i < 3; i++) {
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }));
      expect(Item).toEqual({ a: { S: 'b' } });
    }
    expect(heads[0]?.headers).toContainEqual(['x-amz-target', 'DynamoDB_20120810.GetItem']);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ TableName: 'Orders' });
    httpsAgent.destroy();
  });
});
