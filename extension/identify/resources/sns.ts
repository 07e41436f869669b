import { at, elements, scalarsAt, text, want } from '../body/tree.ts';
import { arn, type Binder, type Reading } from '../reading.ts';
import { access, rules } from './rules.ts';

const topic = (reading: Reading, member: string): string => text(at(reading.body, member)) ?? arn(reading, 'sns', '*');

export const sns: Binder = rules({
  // A message goes to a topic, to an endpoint of a platform application, or to a phone number, which is no resource.
  Publish: {
    body: want('TopicArn', 'TargetArn', 'PhoneNumber'),
    name: (reading) => {
      const arns = [...scalarsAt(reading.body, 'TopicArn'), ...scalarsAt(reading.body, 'TargetArn')];
      return [access('sns:Publish', ...arns)];
    },
  },
  PublishBatch: {
    body: want('TopicArn', 'PublishBatchRequestEntries'),
    name: (reading) => ({
      access: [access('sns:Publish', topic(reading, 'TopicArn'))],
      items: Math.max(1, elements(at(reading.body, 'PublishBatchRequestEntries')).length),
    }),
  },
});
