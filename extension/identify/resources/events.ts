import { at, elements, type Tree, text, want } from '../body/tree.ts';
import { arn, type Binder, isArn, type Reading, roleArn } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';

/** A bus by name or ARN; where none is named it is the account's default bus. */
function busArn(reading: Reading, bus: string | null): string {
  if (bus !== null && isArn(bus)) return bus;
  return arn(reading, 'events', `event-bus/${bus ?? 'default'}`);
}

/** Rules on the default bus have no bus in their ARN. */
function ruleArn(reading: Reading, rule: string | null, bus: string | null): string {
  const name = bus === null ? 'default' : isArn(bus) ? bus.slice(bus.indexOf('/') + 1) : bus;
  const account = bus !== null && isArn(bus) ? (bus.split(':')[4] ?? reading.account) : reading.account;
  return arn({ ...reading, account }, 'events', `rule/${name === 'default' ? '' : `${name}/`}${rule ?? '*'}`);
}

const member = (tree: Tree | undefined, name: string): string | null => text(at(tree, name));

const onRule = (name: string, rule: string, count?: string): Rule => ({
  body: want(rule, 'EventBusName', 'RoleArn', 'Targets[].RoleArn', ...(count === undefined ? [] : [count])),
  name: (reading) => {
    const { body } = reading;
    const needed = [access(`events:${name}`, ruleArn(reading, member(body, rule), member(body, 'EventBusName')))];
    const roles = [body, ...elements(at(body, 'Targets'))].flatMap((tree) => member(tree, 'RoleArn') ?? []);
    if (roles.length > 0 && name.startsWith('Put'))
      needed.push(access('iam:PassRole', ...roles.map((role) => roleArn(reading, role))));
    return { access: needed, items: count === undefined ? 1 : Math.max(1, elements(at(body, count)).length) };
  },
});

const onBus = (name: string): Rule => ({
  body: want('Name'),
  name: (reading) => [access(`events:${name}`, busArn(reading, member(reading.body, 'Name')))],
});

const onArn = (name: string): Rule => ({
  body: want('ResourceARN'),
  name: (reading) => [access(`events:${name}`, member(reading.body, 'ResourceARN') ?? '*')],
});

export const events: Binder = rules({
  PutEvents: {
    body: want('Entries[].EventBusName'),
    name: (reading) => {
      const entries = elements(at(reading.body, 'Entries'));
      const buses = entries.map((entry) => busArn(reading, member(entry, 'EventBusName')));
      return {
        access: [access('events:PutEvents', ...(buses.length === 0 ? [busArn(reading, null)] : buses))],
        items: Math.max(1, entries.length),
      };
    },
  },
  DeleteRule: onRule('DeleteRule', 'Name'),
  DescribeRule: onRule('DescribeRule', 'Name'),
  DisableRule: onRule('DisableRule', 'Name'),
  EnableRule: onRule('EnableRule', 'Name'),
  ListTargetsByRule: onRule('ListTargetsByRule', 'Rule'),
  PutRule: onRule('PutRule', 'Name'),
  PutTargets: onRule('PutTargets', 'Rule', 'Targets'),
  RemoveTargets: onRule('RemoveTargets', 'Rule', 'Ids'),
  CreateEventBus: onBus('CreateEventBus'),
  DeleteEventBus: onBus('DeleteEventBus'),
  DescribeEventBus: onBus('DescribeEventBus'),
  UpdateEventBus: onBus('UpdateEventBus'),
  ListTagsForResource: onArn('ListTagsForResource'),
  TagResource: onArn('TagResource'),
  UntagResource: onArn('UntagResource'),
});
