import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExtensionsApi } from '../../../extension/lifecycle/extensions-api.ts';
import { type FakeLambda, IDENTIFIER, startFakeLambda } from './fake-lambda.ts';

describe('the Extensions API client', () => {
  let lambda: FakeLambda;
  beforeEach(async () => {
    lambda = await startFakeLambda({ accountId: '111122223333' });
  });
  afterEach(() => lambda.close());
  const client = () => createExtensionsApi({ endpoint: lambda.endpoint, name: 'rolefence' });

  it('registers for both events under its file name and asks for the account', async () => {
    expect(await client().register()).toEqual({
      identifier: IDENTIFIER,
      functionName: 'resize',
      functionVersion: '7',
      accountId: '111122223333',
      invocations: true,
    });
    expect(lambda.asked[0]).toMatchObject({
      name: 'rolefence',
      feature: 'accountId',
      body: { events: ['INVOKE', 'SHUTDOWN'] },
    });
  });

  it('registers for SHUTDOWN alone where INVOKE is refused, as on Managed Instances', async () => {
    const managed = await startFakeLambda({ invocations: false });
    const registration = await createExtensionsApi({ endpoint: managed.endpoint, name: 'rolefence' }).register();
    expect(registration).toMatchObject({ invocations: false, accountId: null });
    expect(managed.asked.map((one) => (one.body as { events: string[] }).events)).toEqual([
      ['INVOKE', 'SHUTDOWN'],
      ['SHUTDOWN'],
    ]);
    await managed.close();
  });

  it('reads invocations and the end', async () => {
    const api = client();
    await api.register();
    lambda.invoke('req-1');
    lambda.shutdown('timeout');
    expect(await api.next()).toMatchObject({
      type: 'INVOKE',
      requestId: 'req-1',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:resize:live',
    });
    expect(await api.next()).toMatchObject({ type: 'SHUTDOWN', reason: 'timeout' });
  });

  it('goes on under the identifier of an earlier process', async () => {
    lambda.invoke('req-2');
    const api = createExtensionsApi({ endpoint: lambda.endpoint, name: 'rolefence', identifier: IDENTIFIER });
    expect(await api.next()).toMatchObject({ requestId: 'req-2' });
  });

  it('tells a refusal from silence', async () => {
    lambda.refuseOnce('/2020-01-01/extension/register', 500);
    await expect(client().register()).rejects.toMatchObject({ code: 'refused', status: 500 });
    const nobody = createExtensionsApi({ endpoint: '127.0.0.1:1', name: 'rolefence' });
    await expect(nobody.register()).rejects.toMatchObject({ code: 'unreachable' });
  });
});
