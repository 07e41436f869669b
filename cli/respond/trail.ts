import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { clientOptions } from '../aws-endpoints.ts';
import { awsProblem } from './aws.ts';

/** What is asked of CloudTrail: its own event history, which every account has, for management events of the last 90 days. */
export interface TrailQuery {
  /** Names and ARNs; an event is found by either, as its service wrote it. */
  readonly resources: readonly string[];
  /** Null: the region of the environment. */
  readonly region: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** A page holds 50 events, and CloudTrail answers two a second. */
const MAX_PAGES = 20;

/** Events as CloudTrail delivers them, each once. `cut` is told of a name with more than a thousand. */
export async function lookUpEvents(
  { resources, region, from, to }: TrailQuery,
  event: (event: unknown) => void,
  cut: (resource: string) => void,
): Promise<void> {
  const { CloudTrailClient, LookupEventsCommand } = await import('@aws-sdk/client-cloudtrail');
  const client: CloudTrailClient = new CloudTrailClient({
    maxAttempts: 5,
    ...clientOptions(),
    ...(region === null ? {} : { region }),
  });
  const seen = new Set<string>();
  try {
    for (const resource of resources) {
      let next: string | undefined;
      for (let page = 0; page === 0 || next !== undefined; page++) {
        if (page === MAX_PAGES) {
          cut(resource);
          break;
        }
        const { Events = [], NextToken } = await client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: resource }],
            ...(from === null ? {} : { StartTime: new Date(from) }),
            ...(to === null ? {} : { EndTime: new Date(to) }),
            ...(next === undefined ? {} : { NextToken: next }),
          }),
        );
        for (const { EventId = '', CloudTrailEvent } of Events) {
          if (CloudTrailEvent === undefined || seen.has(EventId)) continue;
          seen.add(EventId);
          event(JSON.parse(CloudTrailEvent));
        }
        next = NextToken;
      }
    }
  } catch (error) {
    throw awsProblem('CloudTrail cannot be asked', error);
  } finally {
    client.destroy();
  }
}

/** IAM's events stand in one region of each partition. */
export const iamRegion = (arn: string): string =>
  arn.startsWith('arn:aws-cn:') ? 'cn-north-1' : arn.startsWith('arn:aws-us-gov:') ? 'us-gov-west-1' : 'us-east-1';
