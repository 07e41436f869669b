import { SendError } from './courier.ts';
import type { Sender } from './delivery.ts';
import { toOcsf } from './ocsf.ts';
import { type Aws, awsPost } from './transport/aws-request.ts';

/** Source and detail type by which rules match. */
export const EVENT_SOURCE = 'rolefence';
export const EVENT_DETAIL_TYPE = 'Rolefence Finding';

/** Findings as events on an EventBridge bus (its name or ARN), the OCSF event as detail. PutEvents takes ten at once. */
export function createEventBridgeSender(bus: string, aws: Aws): Sender {
  const region = bus.startsWith('arn:') ? bus.split(':')[3] || aws.region : aws.region;
  return {
    name: 'eventbridge',
    most: 10,
    async send({ notices, omitted }, signal) {
      const entries = notices.map(({ finding, ...context }) => ({
        Source: EVENT_SOURCE,
        DetailType: EVENT_DETAIL_TYPE,
        EventBusName: bus,
        Time: Math.floor(context.last / 1_000),
        Resources: finding.function?.startsWith('arn:') ? [finding.function] : [],
        Detail: JSON.stringify(toOcsf(finding, context)),
      }));
      if (Object.keys(omitted).length > 0 || entries.length === 0) {
        entries.push({
          Source: EVENT_SOURCE,
          DetailType: 'Rolefence Findings Omitted',
          EventBusName: bus,
          Time: Math.floor(aws.clock() / 1_000),
          Resources: [],
          Detail: JSON.stringify({ omitted }),
        });
      }
      for (let i = 0; i < entries.length; i += 10) {
        const answer = await awsPost(
          aws,
          {
            endpoint: 'events',
            region,
            headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
            body: JSON.stringify({ Entries: entries.slice(i, i + 10) }),
          },
          signal,
        );
        const failed = /"FailedEntryCount"\s*:\s*(\d+)/.exec(answer.text)?.[1] ?? '0';
        if (failed !== '0') throw new SendError(`${failed} of ${entries.length} events were not taken`);
      }
    },
  };
}
