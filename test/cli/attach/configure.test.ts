import type { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { carryOut } from '../../../cli/respond/carry-out.ts';
import type { Change, ConfigurationChange } from '../../../cli/respond/change.ts';
import { configure } from '../../../cli/respond/configuration.ts';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:resize';
const change: ConfigurationChange = {
  kind: 'configuration',
  function: ARN,
  before: { layers: [], variables: { A: null } },
  after: { layers: ['l:1'], variables: { A: '1' } },
};

/** A Lambda in memory: moto knows neither updates that take time nor those that fail. */
function fakeLambda(statuses: string[] = []) {
  let state = { Layers: [] as { Arn: string }[], Environment: { Variables: { OWN: 'x' } as Record<string, string> } };
  let revision = 1;
  const sent: string[] = [];
  const client = {
    async send(command: { constructor: { name: string }; input: Record<string, never> }) {
      sent.push(command.constructor.name);
      if (command.constructor.name === 'GetFunctionConfigurationCommand') {
        const LastUpdateStatus = statuses.shift() ?? 'Successful';
        return { ...state, RevisionId: `${revision}`, LastUpdateStatus, LastUpdateStatusReason: 'too large' };
      }
      const { Layers, Environment, RevisionId } = command.input as never as {
        Layers: string[];
        Environment: { Variables: Record<string, string> };
        RevisionId: string;
      };
      if (RevisionId !== `${revision}`)
        throw Object.assign(new Error('stale'), { name: 'PreconditionFailedException' });
      revision++;
      state = { Layers: Layers.map((Arn) => ({ Arn })), Environment };
      return {};
    },
  } as unknown as LambdaClient;
  return { client, sent, state: () => state };
}

describe('a change of a function’s configuration', () => {
  it('keeps the variables that it does not name', async () => {
    const lambda = fakeLambda();
    await configure(lambda.client, change);
    expect(lambda.state()).toEqual({ Layers: [{ Arn: 'l:1' }], Environment: { Variables: { OWN: 'x', A: '1' } } });
  });

  it('is put back where Lambda cannot carry it out, and says why', async () => {
    const lambda = fakeLambda(['Successful', 'Failed']);
    await expect(configure(lambda.client, change)).rejects.toThrow(
      `Lambda could not update function ${ARN} (too large)`,
    );
    expect(lambda.state()).toEqual({ Layers: [], Environment: { Variables: { OWN: 'x' } } });
  });

  it('is not made over what somebody else has changed since it was planned', async () => {
    const lambda = fakeLambda();
    const stale = { ...change, before: { layers: ['other:1'], variables: { A: null } } };
    await expect(configure(lambda.client, stale)).rejects.toThrow('was changed by somebody else in the meantime');
    expect(lambda.sent).toEqual(['GetFunctionConfigurationCommand']);
  });

  it('of one function is taken back where that of a later one fails', async () => {
    const lambda = fakeLambda();
    const account = {
      async apply(one: Change) {
        if ((one as ConfigurationChange).function === 'second') throw new Error('no');
        await configure(lambda.client, one as ConfigurationChange);
      },
    };
    await expect(carryOut(account, [change, { ...change, function: 'second' }])).rejects.toThrow(
      'what had been done was taken back',
    );
    expect(lambda.state()).toEqual({ Layers: [], Environment: { Variables: { OWN: 'x' } } });
  });
});
