import { adviceOn } from './advice.ts';
import type { Batch, Sender } from './delivery.ts';
import { messageFor } from './message.ts';
import { toOcsf } from './ocsf.ts';
import { type Aws, awsPost } from './transport/aws-request.ts';

/** SNS takes 256 KB. */
const MOST_BYTES = 240_000;

/**
 * Findings to an SNS topic: a text for people, the OCSF events for machines (`MessageStructure` json: mail, SMS and chat get the text; queues, functions and
 * HTTPS endpoints the JSON), and attributes by which subscriptions filter: severity, function, detector, blocked.
 */
export function createSnsSender(topicArn: string, aws: Aws): Sender {
  const region = topicArn.split(':')[3] || aws.region;
  return {
    name: 'sns',
    most: 25,
    async send(batch, signal) {
      const body = publication(topicArn, batch);
      const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
      await awsPost(aws, { endpoint: 'sns', region, headers, body }, signal);
    },
  };
}

function publication(topicArn: string, batch: Batch): string {
  const { subject, text } = messageFor(batch);
  const events = batch.notices.map(({ finding, ...context }) => toOcsf(finding, context));
  let json = JSON.stringify({ findings: events, omitted: batch.omitted });
  // Told by number only, rather than not at all.
  for (let n = events.length; Buffer.byteLength(json) > MOST_BYTES / 2 && n > 0; n = n >> 1) {
    json = JSON.stringify({ findings: events.slice(0, n >> 1), omitted: batch.omitted, truncated: true });
  }
  const message = JSON.stringify({
    default: text,
    email: text,
    'email-json': json,
    sqs: json,
    lambda: json,
    http: json,
    https: json,
    firehose: json,
  });
  const form = new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: topicArn,
    Subject: subject,
    MessageStructure: 'json',
    Message: message,
  });
  for (const [i, [name, type, value]] of attributesOf(batch).entries()) {
    const at = `MessageAttributes.entry.${i + 1}`;
    form.set(`${at}.Name`, name);
    form.set(`${at}.Value.DataType`, type);
    form.set(`${at}.Value.StringValue`, value);
  }
  return form.toString();
}

/** A message with several findings is found by any of their functions and detectors, and by its worst severity. */
function attributesOf({ notices }: Batch): [name: string, type: string, value: string][] {
  const unique = (values: string[]) => JSON.stringify([...new Set(values)]);
  const worst = notices[0];
  if (worst === undefined) return [['severity', 'String', 'high']];
  return [
    ['severity', 'String', worst.finding.severity],
    ['function', 'String.Array', unique(notices.map(({ finding }) => adviceOn(finding).functionName))],
    ['detector', 'String.Array', unique(notices.map(({ finding }) => finding.detector))],
    ['blocked', 'String', `${notices.some(({ finding }) => finding.blocked)}`],
  ];
}
