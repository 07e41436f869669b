import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { type ExecutionEnvironment, ROLE } from './rie/environment.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { openStage, type Stage } from './stage.ts';
import { findingsIn } from './story/tell.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');
const FUNCTION = 'arn:aws:lambda:us-east-1:012345678912:function:resize';

/** What the function may do: read its own photos. */
function baseline(): string {
  const learner = createLearner();
  const call = (invocation: string): Call => ({
    id: null,
    time: '2026-01-01T00:00:00.000Z',
    function: FUNCTION,
    version: '7',
    environment: 'e',
    invocation,
    service: 's3',
    operation: 'GetObject',
    certainty: 'exact',
    verdict: null,
    access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::photo-uploads/summer/noon.bmp'] }],
    region: 'us-east-1',
    account: null,
    accessKeyId: ROLE.accessKeyId,
    ownAccessKeyId: ROLE.accessKeyId,
    issuedAccessKeyId: null,
    prefix: null,
    host: 'photo-uploads.s3.us-east-1.amazonaws.com',
    items: 1,
    bytesOut: 900,
    bytesIn: 5_000,
    status: 200,
    errorCode: null,
    durationMs: 5,
  });
  for (let i = 0; i < 40; i++) learner.observe(call(`i-${i}`));
  const sqs = (operation: string, service: string, resource: string): Call => ({
    ...call('i-40'),
    service,
    operation,
    access: [{ action: `${service}:${operation}`, resources: [resource] }],
    host: `${service}.us-east-1.amazonaws.com`,
  });
  learner.observe(sqs('GetItem', 'dynamodb', 'arn:aws:dynamodb:us-east-1:*:table/Images'));
  learner.observe(sqs('SendMessage', 'sqs', 'arn:aws:sqs:us-east-1:111122223333:thumbnails-ready'));
  return JSON.stringify(learner.document());
}

/**
 * Every program of the environment is one user, who is not root, as in Lambda; and AWS knows the role's real keys only. Each attack is refused, and each that the
 * sensor can see is found.
 */
describe.skipIf(tools.missing !== null)(`an intruder in a function with sealed credentials${because(tools)}`, () => {
  let stage: Stage;
  let environment: ExecutionEnvironment;
  beforeAll(async () => {
    stage = await openStage(tools.folders, {
      layer: 'universal',
      runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
      task: join(import.meta.dirname, 'tasks/sealed'),
      handler: 'app.handler',
    });
    stage.moto.knowOnly([ROLE]);
  }, 240_000);
  afterAll(() => stage?.close());
  beforeEach(async () => {
    const variables = {
      ROLEFENCE_CREDENTIALS: 'sealed',
      ROLEFENCE_MODE: 'block',
      ROLEFENCE_BASELINE: 'file:/var/task/rolefence.json',
      ROLEFENCE_ON_FAILURE: 'open',
    };
    environment = await stage.start(variables, {
      files: { 'rolefence.json': baseline() },
      // The emulator lies where only root can read.
      prepare:
        'chmod 1777 /tmp; chmod 755 /opt; cp "$0" /tmp/rie; chmod 755 /tmp/rie; exec setpriv --reuid=65534 --regid=65534 --clear-groups /tmp/rie "$@"',
    });
    expect((await environment.invoke({ do: 'work' })).body).toEqual({ read: 4_096 });
  }, 60_000);
  afterEach(() => stage.clear());

  const attack = async (event: object) => {
    const { body } = await environment.invoke(event);
    return body;
  };
  const found = async (wanted: (finding: Finding) => boolean): Promise<Finding> => {
    for (let attempt = 0; attempt < 200; attempt++) {
      const one = findingsIn(environment.log()).find(wanted);
      if (one !== undefined) return one;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`not found; the log:\n${environment.log()}`);
  };

  it('reads no key in any process of the environment, nor in any file: that of the sensor is closed to its own user', async () => {
    const {
      found: places,
      closed,
      user,
    } = await attack({ do: 'environ', needle: [...ROLE.secretAccessKey].reverse().join('') });
    expect(user).toBe(65_534);
    // On Lambda nothing of the emulator's is inside.
    expect(places.filter(({ comm }: { comm?: string }) => comm !== 'rie')).toEqual([]);
    const sensor = closed.filter(({ command }: { command: string }) => command.includes('/opt/rolefence/main.mjs'));
    expect(sensor.map(({ file, code }: { file: string; code: string }) => `${file} ${code}`)).toEqual([
      'environ EACCES',
      'maps EACCES',
      'fd EACCES',
    ]);
  });

  it('cannot use the placeholders without the sensor: AWS does not know them', async () => {
    const { arrived, answer } = await during(() => attack({ do: 'outside', port: stage.moto.port }));
    expect(answer).toEqual({ answer: 'HTTP/1.1 403 Forbidden' });
    expect(arrived.map(({ wrong }) => wrong)).toEqual(['an unknown key']);
  });

  it('cannot send a request of an hour ago', async () => {
    const { arrived, answer } = await during(() => attack({ do: 'replay' }));
    expect(answer).toMatchObject({ error: 'AccessDeniedException', message: expect.stringContaining('too old') });
    expect(arrived).toEqual([]);
    expect(await found(({ key }) => key === 'seal: dynamodb:GetItem')).toMatchObject({
      severity: 'critical',
      blocked: true,
    });
  });

  it('cannot send again what the SDK has signed and AWS has answered', async () => {
    const { arrived, answer } = await during(() => attack({ do: 'again' }));
    expect(answer).toMatchObject({ answers: 1, error: 'AccessDeniedException' });
    expect(answer).toMatchObject({ message: expect.stringContaining('AWS has honoured its signature') });
    expect(arrived.map(({ action, wrong }) => [action, wrong])).toEqual([['GetItem', null]]);
    expect(await found(({ key }) => key === 'seal: dynamodb:GetItem')).toMatchObject({
      severity: 'critical',
      blocked: true,
      reason: expect.stringContaining('before'),
    });
  });

  it('cannot change what the SDK has signed', async () => {
    const { arrived, answer } = await during(() => attack({ do: 'tamper' }));
    expect(answer).toMatchObject({ message: expect.stringContaining('not the one that was signed') });
    expect(arrived).toEqual([]);
    expect(await found(({ key }) => key === 'seal: sqs:SendMessage')).toMatchObject({
      severity: 'critical',
      blocked: true,
    });
  });

  it('cannot use the id of the real key', async () => {
    const { arrived, answer } = await during(() => attack({ do: 'real-key', accessKeyId: ROLE.accessKeyId }));
    expect(answer).toMatchObject({ error: 'AccessDenied' });
    expect(arrived).toEqual([]);
    expect(await found(({ key }) => key === 'seal: s3:GetObject')).toMatchObject({
      severity: 'critical',
      blocked: true,
    });
  });

  it('gets nothing out of the sensor’s own endpoint by requests that it can be made to send', async () => {
    const { answers } = await attack({ do: 'ssrf' });
    expect(answers.map(({ status }: { status: number }) => status)).toEqual([404, 404, 404, 400]);
    expect(JSON.stringify(answers)).not.toMatch(/ASIA|X-Amz|Signature=/);
    expect(await found(({ key }) => key === 'seal: a request to the sensor itself')).toMatchObject({
      severity: 'high',
      blocked: true,
    });
  });

  it('gets no signature for a bucket that the function never reads, and one for its own', async () => {
    const { url, forbidden } = await attack({ do: 'presign' });
    expect(url).toContain(ROLE.accessKeyId);
    expect(forbidden).toMatchObject({ error: 'AccessDenied', message: expect.stringContaining('Rolefence refused') });
    expect(await found(({ detector }) => detector === 'resource')).toMatchObject({
      blocked: true,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::identity-documents/passports/1043',
    });
  });

  it('can kill the sensor, and then nothing signs any more, although failing is open', async () => {
    expect(await attack({ do: 'kill' })).toEqual({ killed: 1 });
    await environment.logged(/starting it again/);
    const { arrived, answer } = await during(() => attack({ do: 'work' }));
    expect(answer).not.toHaveProperty('read');
    expect(arrived.every(({ wrong }) => wrong !== null)).toBe(true);
    expect(JSON.stringify(arrived)).not.toContain(ROLE.accessKeyId);
    expect(await found(({ severity, scope }) => severity === 'critical' && scope === 'function')).toBeDefined();
    expect(environment.log()).not.toContain('Debugger listening');
  });

  async function during(work: () => Promise<unknown>) {
    // biome-ignore lint/suspicious/noExplicitAny: what a handler returns.
    let answer: any;
    const arrived = await stage.moto.during(async () => {
      answer = await work();
    });
    return { arrived, answer };
  }
});
