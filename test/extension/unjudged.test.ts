import { describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { readConfig } from '../../extension/config.ts';
import { createLog } from '../../extension/log.ts';
import { startSensor } from '../../extension/sensor.ts';
import { call } from '../baseline/calls.ts';
import { direct, HOST, until } from './proxy/harness.ts';

/** A baseline that our own code stumbles over when it judges by it: a stand-in for whatever fault a call might find. */
const learner = createLearner();
learner.observe(call({ function: 'f' }));
const document = learner.document();
const stumbling = {
  ...document,
  functions: Object.defineProperty({}, 'f', {
    enumerable: true,
    get() {
      throw new Error('a fault');
    },
  }) as typeof document.functions,
};

async function ask(mode: string) {
  const calls: Call[] = [];
  const findings: Finding[] = [];
  // Nobody listens at port 1: a call that goes on is a lost connection.
  const { config } = readConfig({ ROLEFENCE_MODE: mode, ROLEFENCE_CONNECT_TO: '*:*=127.0.0.1:1' });
  const sensor = await startSensor({
    config,
    identity: { function: 'f' },
    log: createLog('error', () => {}),
    sinks: [{ name: 'test', deliver: (finding) => void findings.push(finding), flush: async () => {} }],
    caFile: null,
    baseline: stumbling,
    onCall: (one) => void calls.push(one),
  });
  const socket = await direct(sensor.port, sensor.certificatePem!);
  socket.on('error', () => {});
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n\r\n`);
  const answer = await until(socket, (text) => text.includes('\r\n\r\n'));
  socket.destroy();
  await sensor.close();
  return { answer, calls, findings };
}

describe('a call that the sensor stumbles over', () => {
  it('is refused in block mode, recorded and told, although ROLEFENCE_ON_FAILURE is open', async () => {
    const { answer, calls, findings } = await ask('block');
    expect(answer).toMatch(/^HTTP\/1\.1 40[03]/);
    expect(calls).toMatchObject([{ certainty: 'ambiguous', verdict: 'block', status: null }]);
    expect(findings).toMatchObject([{ detector: 'certainty', blocked: true }]);
  });

  it('goes on in alert mode', async () => {
    const { answer, findings } = await ask('alert');
    expect(answer).toBe('');
    expect(findings).toEqual([]);
  });
});
