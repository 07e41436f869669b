import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleSensor } from '../../../layer/build/bundle.ts';
import { type Moto, startMoto } from '../../e2e/aws/moto.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { buildLayer, type Environment, startEnvironment } from '../lifecycle/environment.ts';
import { readEmf } from './emf-lines.ts';

/** The layer as it is built: what stays out of its start, what survives a crash, what its clients send. */
const ROOT = join(import.meta.dirname, '../../..');
const provided = provide('python');
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:findings';

describe('before the extension registers', () => {
  it('nothing of what sends findings is loaded, and no library at all', async () => {
    const { outputs } = (await bundleSensor(ROOT)).metafile;
    const main = Object.keys(outputs).find((path) => outputs[path]!.entryPoint === 'extension/main.ts')!;
    const eager = new Set<string>();
    const visit = (path: string): void => {
      for (const { path: next, kind } of outputs[path]!.imports)
        if (kind === 'import-statement' && outputs[next] !== undefined && !eager.has(next)) visit(next);
      eager.add(path);
    };
    visit(main);
    const inputs = [...eager].flatMap((path) => Object.keys(outputs[path]!.inputs));
    expect(inputs).toContain('extension/alerts/log-sink.ts');
    const late =
      /node_modules|alerts\/(transport|remote|delivery|courier|.*-sink\.ts|ocsf|asff|message)|guard\/rules|yaml\//;
    expect(inputs.filter((input) => late.test(input) && !input.endsWith('log-sink.ts'))).toEqual([]);
  });
});

describe('a sensor that blocks', () => {
  let environment: Environment | undefined;
  let moto: Moto | undefined;
  beforeAll(buildLayer);
  afterEach(async () => {
    await environment?.close();
    await moto?.close();
    environment = moto = undefined;
  });
  const blocking = { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' };
  const findings = (printed: string) =>
    printed
      .split('\n')
      .filter((line) => line.includes('"finding":'))
      .map((line) => readEmf(line).rolefence as { finding: { blocked: boolean; severity: string } });

  it('has the finding in the log when it is killed right after the refusal', async () => {
    environment = await startEnvironment({ env: blocking });
    await environment.lambda.came('event/next');
    environment.lambda.invoke('req-1');
    expect(await environment.call()).toBe('403');
    process.kill(environment.sensorPid(), 'SIGKILL');
    const [first] = findings(environment.extension.printed());
    expect(first).toMatchObject({ finding: { blocked: true, severity: 'critical' } });
  });

  it.skipIf(provided.missing !== null)(
    `publishes by the clients in the layer: AssumeRole, Publish beside the call, PutMetricData at SHUTDOWN${because(provided)}`,
    async () => {
      moto = await startMoto(provided.folders.python);
      environment = await startEnvironment({
        env: {
          ...blocking,
          AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
          ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${moto.port}`,
          ROLEFENCE_UPSTREAM_CA: moto.caFile,
          ROLEFENCE_SINKS: 'sns,cloudwatch',
          ROLEFENCE_SNS_TOPIC_ARN: TOPIC,
          ROLEFENCE_SINK_ROLE_ARN: 'arn:aws:iam::111122223333:role/findings',
          // The function's own settings for its programs are none of the sensor's.
          HTTPS_PROXY: 'http://127.0.0.1:9',
        },
      });
      const { lambda, extension } = environment;
      await lambda.came('event/next');
      lambda.invoke('req-1');
      await environment.call();
      const sent = (service: string) => moto!.arrived.filter((one) => one.service === service);
      // moto has no such topic: that it was asked is what counts.
      await expect.poll(() => sent('sns').length, { timeout: 120_000 }).toBeGreaterThan(0);
      lambda.shutdown();
      expect(await extension.ended).toBe(0);
      expect(sent('monitoring').length).toBeGreaterThan(0);
      expect(sent('sts').map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIAQEXAMPLEKEYID000']);
      for (const { accessKeyId } of [...sent('sns'), ...sent('monitoring')]) {
        expect(accessKeyId).toMatch(/^ASIA/);
        expect(accessKeyId).not.toBe('ASIAQEXAMPLEKEYID000');
      }
    },
  );
});
