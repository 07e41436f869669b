import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsProblem } from '../../../cli/respond/aws.ts';

/** What stands between a laptop and AWS may answer in its place, as a sign-in page does. */
describe('an answer that is none of AWS', () => {
  let server: Server;
  let status = 200;
  const clients: (IAMClient | LambdaClient)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<html><body>Sign in to go on</body></html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const client of clients) client.destroy();
    server.close();
  });

  const options = () => ({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const asked = {
    JSON: () => {
      const client = new LambdaClient(options());
      clients.push(client);
      return client.send(new GetFunctionCommand({ FunctionName: 'resize' }));
    },
    XML: () => {
      const client = new IAMClient(options());
      clients.push(client);
      return client.send(new GetRoleCommand({ RoleName: 'resize' }));
    },
  };

  it.each([
    ['JSON', 200],
    ['JSON', 403],
    ['JSON', 404],
    ['XML', 403],
    ['XML', 404],
  ] as const)('is called so where %s was expected, with the status %d', async (protocol, given) => {
    status = given;
    const error = await asked[protocol]().then(
      () => null,
      (one: unknown) => one,
    );
    expect(awsProblem('it cannot be read', error).message).toBe(
      `it cannot be read: the endpoint answered with something that is no AWS answer (HTTP ${given}, text/html)`,
    );
  });
});
