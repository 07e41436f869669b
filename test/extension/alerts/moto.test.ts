import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { CloudWatchClient, GetMetricStatisticsCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeter } from '../../../extension/alerts/measures.ts';
import { type AlertSettings, DEFAULT_ALERTS, type SinkName } from '../../../extension/alerts/settings.ts';
import { createSinks } from '../../../extension/alerts/sinks.ts';
import { awsPost } from '../../../extension/alerts/transport/aws-request.ts';
import { createDirect } from '../../../extension/alerts/transport/direct.ts';
import { type Moto, startMoto } from '../../e2e/aws/moto.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { call, finding } from './findings.ts';

/** The sinks as they are, over TLS and by the names of real endpoints, against moto: what it takes can be read back as from the services. */
const provided = provide('python');
const REGION = 'us-east-1';
const ACCOUNT = '111122223333';
const OWN = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const HERE = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:resize`;

describe.skipIf(provided.missing !== null)(`sinks against moto${because(provided)}`, () => {
  let moto: Moto;
  let problems: string[];
  beforeAll(async () => {
    moto = await startMoto(provided.folders.python);
  });
  afterAll(() => moto?.close());

  /** For the test's own clients. */
  function client() {
    const agent = new Agent();
    agent.createConnection = (options) =>
      connect({ ...options, host: '127.0.0.1', port: moto.port, ca: moto.caPem } as never);
    return { region: REGION, credentials: OWN, requestHandler: { httpsAgent: agent } };
  }

  async function open(sinks: SinkName[], settings: Partial<AlertSettings> = {}) {
    problems = [];
    const all = await createSinks(
      { ...DEFAULT_ALERTS, sinks, ...settings },
      {
        write() {},
        report: (problem) => problems.push(problem),
        region: REGION,
        functionName: 'resize',
        account: () => ACCOUNT,
        env: { AWS_ACCESS_KEY_ID: OWN.accessKeyId, AWS_SECRET_ACCESS_KEY: OWN.secretAccessKey },
        direct: { route: () => ({ host: '127.0.0.1', port: moto.port }), ca: moto.caPem },
      },
    );
    return all.find(({ name }) => name === sinks[0])!;
  }

  async function queue(name: string): Promise<{ arn: string; read(): Promise<string[]> }> {
    const sqs = new SQSClient(client());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return {
      arn: Attributes!.QueueArn!,
      async read() {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        return Messages.map(({ Body }) => Body!);
      },
    };
  }

  it('SNS delivers the OCSF events to queues, filtered by severity and function', async () => {
    const sns = new SNSClient(client());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'findings' }));
    const subscribe = async (name: string, policy: object) => {
      const to = await queue(name);
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint: to.arn,
          Attributes: { FilterPolicy: JSON.stringify(policy), RawMessageDelivery: 'true' },
        }),
      );
      return to;
    };
    const loud = await subscribe('loud', { severity: ['high', 'critical'], function: ['resize'] });
    const other = await subscribe('other', { function: ['pay'] });
    const quiet = await subscribe('quiet', { severity: ['low'] });

    const sink = await open(['sns'], { snsTopicArn: TopicArn! });
    sink.deliver(finding({ function: HERE }), call());
    await sink.flush(10_000, true);
    expect(problems).toEqual([]);
    const [message, ...more] = await loud.read();
    expect(more).toEqual([]);
    expect(JSON.parse(message!)).toMatchObject({
      findings: [{ class_uid: 2004, severity: 'High', unmapped: { key: finding().key } }],
      omitted: {},
    });
    expect(await other.read()).toEqual([]);
    expect(await quiet.read()).toEqual([]);
  });

  it('sends by a role of its own where there is one, and assumes it once', async () => {
    const sns = new SNSClient(client());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'by-role' }));
    const sink = await open(['sns'], { snsTopicArn: TopicArn!, sinkRoleArn: `arn:aws:iam::${ACCOUNT}:role/findings` });
    const seen = await moto.during(async () => {
      for (const key of ['a', 'b']) {
        sink.deliver(finding({ key }), call());
        await sink.flush(20_000, true);
      }
    });
    expect(problems).toEqual([]);
    // The test's own CreateTopic may be told of late.
    const sent = seen.filter(({ action }) => action !== 'CreateTopic');
    const asked = sent.map(({ service, action, accessKeyId }) => [service, action, accessKeyId === OWN.accessKeyId]);
    expect(asked).toEqual([
      ['sts', 'AssumeRole', true],
      ['sns', 'Publish', false],
      ['sns', 'Publish', false],
    ]);
    expect(sent[1]!.accessKeyId).toMatch(/^ASIA/);
  });

  it('EventBridge routes the event by source, detail type and severity to a queue', async () => {
    const events = new EventBridgeClient(client());
    await events.send(new CreateEventBusCommand({ Name: 'security' }));
    const to = await queue('events');
    await events.send(
      new PutRuleCommand({
        Name: 'loud',
        EventBusName: 'security',
        EventPattern: JSON.stringify({
          source: ['rolefence'],
          'detail-type': ['Rolefence Finding'],
          detail: { severity: ['High', 'Critical'] },
        }),
      }),
    );
    await events.send(
      new PutTargetsCommand({ Rule: 'loud', EventBusName: 'security', Targets: [{ Id: 'q', Arn: to.arn }] }),
    );
    const sink = await open(['eventbridge'], { eventBus: 'security' });
    sink.deliver(finding({ function: HERE }), call());
    sink.deliver(finding({ function: HERE, key: 'low', severity: 'low' }), call());
    await sink.flush(10_000, true);
    expect(problems).toEqual([]);
    const bodies = (await to.read()).map((body) => JSON.parse(body));
    expect(bodies).toMatchObject([
      { source: 'rolefence', resources: [HERE], detail: { class_uid: 2004, unmapped: { key: finding().key } } },
    ]);
  });

  it('Security Hub has one finding for an environment and key, however often it is told', async () => {
    const sink = await open(['securityhub'], { windowSeconds: 1 });
    for (let i = 0; i < 3; i++) {
      sink.deliver(finding({ function: HERE, callId: `e-${i}` }), call());
      await sink.flush(10_000, true);
    }
    expect(problems).toEqual([]);
    const direct = createDirect({ route: () => ({ host: '127.0.0.1', port: moto.port }), ca: moto.caPem });
    const aws = { region: REGION, credentials: async () => OWN, direct, clock: Date.now };
    const { text } = await awsPost(
      aws,
      {
        endpoint: 'securityhub',
        region: REGION,
        path: '/findings',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      },
      AbortSignal.timeout(10_000),
    );
    const { Findings } = JSON.parse(text);
    expect(Findings).toHaveLength(1);
    expect(Findings[0]).toMatchObject({
      AwsAccountId: ACCOUNT,
      Severity: { Label: 'HIGH' },
      Resources: [{ Type: 'AwsLambdaFunction', Id: HERE }, { Id: finding().resource }],
    });
  });

  it('CloudWatch has the metrics of findings and figures, summed', async () => {
    const sink = await open(['cloudwatch']);
    for (let i = 0; i < 5; i++) sink.deliver(finding({ function: HERE }), call());
    sink.deliver(finding({ function: HERE, detector: 'egress', severity: 'low', blocked: false }), call());
    const meter = createMeter();
    for (let i = 0; i < 7; i++) {
      meter.call(call());
      meter.added(0.02);
    }
    sink.measure?.(meter.take(Date.now(), true, { function: HERE, coverage: () => 97.5 })!);
    await sink.flush(20_000, true);
    expect(problems).toEqual([]);

    const cloudwatch = new CloudWatchClient(client());
    const sum = async (name: string, dimensions: Record<string, string>) => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Rolefence',
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 3_600_000),
          Period: 86_400,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    // moto takes dimensions for a filter, so only a set that is no part of another gives what CloudWatch would.
    const kind = { FunctionName: 'resize', Detector: 'resource', Severity: 'high' };
    expect(await sum('Findings', kind)).toBe(5);
    expect(await sum('Findings', { Verdict: 'alert' })).toBe(1);
    expect(await sum('Blocked', { Verdict: 'block' })).toBe(5);
    expect(await sum('Calls', { FunctionName: 'resize' })).toBe(7);
    expect(await sum('Coverage', { FunctionName: 'resize' })).toBe(97.5);
    const { Metrics = [] } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Rolefence' }));
    expect(Metrics.map(({ MetricName }) => MetricName)).toContain('AddedLatency');
  });
});
