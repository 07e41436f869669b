import { at, elements, text, type Want, want } from '../body/tree.ts';
import { doubt } from '../doubt.ts';
import { dotSegments } from '../operation/segments.ts';
import { decode } from '../query-string.ts';
import { arn, type Binder, isArn, type Reading } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';

/** Operations on one queue, named by its URL. */
const ON_QUEUE = [
  'AddPermission',
  'ChangeMessageVisibility',
  'DeleteMessage',
  'DeleteQueue',
  'GetQueueAttributes',
  'ListDeadLetterSourceQueues',
  'ListQueueTags',
  'PurgeQueue',
  'ReceiveMessage',
  'RemovePermission',
  'SendMessage',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
];

/** Batches need the action of their single form. */
const BATCHES = {
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  DeleteMessageBatch: 'DeleteMessage',
  SendMessageBatch: 'SendMessage',
};

const QUEUE: Want = want('QueueUrl');
const BATCH: Want = want(
  'QueueUrl',
  'Entries',
  'ChangeMessageVisibilityBatchRequestEntry',
  'DeleteMessageBatchRequestEntry',
  'SendMessageBatchRequestEntry',
);

/** `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`; the query protocol may have it in the path alone. */
function queueOf(reading: Reading): string {
  const url = text(at(reading.body, 'QueueUrl'));
  const path = decode(reading.path)
    .split('/')
    .filter((part) => part !== '');
  const named =
    url === null
      ? []
      : decode(/^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '')
          .split('/')
          .filter((part) => part !== '');
  if (url !== null) dotSegments(decode(url));
  const [account, name] = (named.length > 0 ? named : path).slice(-2);
  if (named.length > 0 && path.length > 1 && named.slice(-2).join('/') !== path.slice(-2).join('/')) {
    doubt('a queue in the path and another in the body');
  }
  if (name === undefined || account === undefined) {
    const bare = url !== null && /^[A-Za-z0-9_.-]{1,80}$/.test(url) ? url : '*';
    return arn(reading, 'sqs', bare);
  }
  const queue = /^[A-Za-z0-9_.-]{1,80}$/.test(name) ? name : '*';
  return `arn:${reading.partition}:sqs:${reading.region}:${/^\d{12}$/.test(account) ? account : reading.account}:${queue}`;
}

const byName = (reading: Reading): string => {
  const name = text(at(reading.body, 'QueueName')) ?? '*';
  return arn(reading, 'sqs', name);
};

const moveTask = (member: string): Rule => ({
  body: want(member),
  name: (reading) => {
    const given = text(at(reading.body, member)) ?? '';
    return [access(`sqs:${reading.operation.name}`, isArn(given) ? given : arn(reading, 'sqs', '*'))];
  },
});

export const sqs: Binder = rules({
  ...Object.fromEntries(
    ON_QUEUE.map((name): [string, Rule] => [
      name,
      { body: QUEUE, name: (reading) => [access(`sqs:${name}`, queueOf(reading))] },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(BATCHES).map(([batch, name]): [string, Rule] => [
      batch,
      {
        body: BATCH,
        name: (reading) => ({
          access: [access(`sqs:${name}`, queueOf(reading))],
          items: Math.max(1, elements(at(reading.body, 'Entries') ?? at(reading.body, `${batch}RequestEntry`)).length),
        }),
      },
    ]),
  ),
  CreateQueue: { body: want('QueueName'), name: (reading) => [access('sqs:CreateQueue', byName(reading))] },
  GetQueueUrl: {
    body: want('QueueName', 'QueueOwnerAWSAccountId'),
    name: (reading) => {
      const owner = text(at(reading.body, 'QueueOwnerAWSAccountId'));
      return [access('sqs:GetQueueUrl', byName(owner === null ? reading : { ...reading, account: owner }))];
    },
  },
  ListMessageMoveTasks: moveTask('SourceArn'),
  StartMessageMoveTask: moveTask('SourceArn'),
  // The task's handle does not show the queue.
  CancelMessageMoveTask: { name: (reading) => [access('sqs:CancelMessageMoveTask', arn(reading, 'sqs', '*'))] },
});
