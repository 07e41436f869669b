import type { Datum } from './cloudwatch-sink.ts';
import { SendError } from './courier.ts';
import type { Sender } from './delivery.ts';
import { createEventBridgeSender } from './eventbridge-sink.ts';
import { nameOf } from './function-name.ts';
import { createSecurityHubSender } from './securityhub-sink.ts';
import type { AlertSettings } from './settings.ts';
import { createSnsSender } from './sns-sink.ts';
import type { Surroundings } from './surroundings.ts';
import type { Aws } from './transport/aws-request.ts';
import { roleCredentials } from './transport/credentials.ts';
import { createDirect } from './transport/direct.ts';
import { assumedRole, sessionNameFor } from './transport/sink-role.ts';
import { createWebhookSender } from './webhook-sink.ts';

/** What goes over the network: loaded as a whole when the first message is due. */
export interface Remote {
  putMetricData(data: Datum[], signal: AbortSignal): Promise<void>;
  readonly senders: Readonly<Record<'sns' | 'eventbridge' | 'securityhub' | 'webhook', () => Sender>>;
}

export function createRemote(settings: AlertSettings, around: Surroundings & { readonly clock: () => number }): Remote {
  const direct = createDirect(around.direct);
  const { clock, region } = around;
  const own = around.credentials ?? roleCredentials(around.env, clock);
  const credentials =
    settings.sinkRoleArn === null
      ? own
      : assumedRole(settings.sinkRoleArn, sessionNameFor(nameOf(around.functionName)), own, {
          region: region ?? 'us-east-1',
          direct,
          clock,
        });
  const aws = (): Aws => {
    if (region === null) throw new SendError('AWS_REGION is not set');
    return { region, credentials, direct, clock };
  };
  return {
    async putMetricData(data, signal) {
      const { putMetricData } = await import('./transport/put-metric-data.ts');
      await putMetricData(aws(), data, signal);
    },
    senders: {
      sns: () => createSnsSender(settings.snsTopicArn ?? '', aws()),
      eventbridge: () => createEventBridgeSender(settings.eventBus, aws()),
      securityhub: () => createSecurityHubSender(around.account, aws()),
      webhook: () => createWebhookSender(settings.webhookUrl ?? '', settings.webhookSecret ?? '', { direct, clock }),
    },
  };
}
