import type { Datum } from '../cloudwatch-sink.ts';
import { SendError } from '../courier.ts';
import { METRIC_NAMESPACE } from '../emf.ts';
import type { Aws } from './aws-request.ts';

/** PutMetricData by the SDK's client, which is loaded when first needed and not kept: once a minute at most. */
export async function putMetricData(aws: Aws, data: Datum[], signal: AbortSignal): Promise<void> {
  const { CloudWatchClient, PutMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient({
    region: aws.region,
    credentials: aws.credentials,
    maxAttempts: 2,
    requestHandler: { httpsAgent: aws.direct.agent, connectionTimeout: 2_000, requestTimeout: 5_000 },
  });
  try {
    const command = new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData: data });
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    if (error instanceof SendError) throw error;
    const name = error instanceof Error ? error.name : '';
    throw new SendError(/^[\w-]{1,60}$/.test(name) ? name : 'failed', { cause: error });
  } finally {
    client.destroy();
  }
}
