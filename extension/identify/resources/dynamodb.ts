import { at, elements, Nodes, type Tree, text, type Want, want } from '../body/tree.ts';
import { type Access, arn, type Binder, isArn, type Naming, type Reading } from '../reading.ts';
import { keyOf, queriedKey } from './leading-key.ts';
import { MAX_TOKENS, PARTIQL, readStatement } from './partiql.ts';
import { access, type Rule, rules } from './rules.ts';
import { written } from './written.ts';

/** A table by name or ARN. */
function tableArn(reading: Reading, table: string | null): string {
  if (table !== null && isArn(table)) return table;
  return arn(reading, 'dynamodb', `table/${table ?? '*'}`);
}

/** Reading through an index needs the action on the index. */
const indexArn = (reading: Reading, table: string | null, index: string | null): string =>
  index === null ? tableArn(reading, table) : `${tableArn(reading, table)}/index/${index}`;

const member = (tree: Tree | undefined, name: string): string | null => text(at(tree, name));

const onIndex = (name: string): Rule => ({
  body: want('TableName', 'IndexName'),
  name: (reading) => [
    access(`dynamodb:${name}`, indexArn(reading, member(reading.body, 'TableName'), member(reading.body, 'IndexName'))),
  ],
});

const query: Rule = {
  body: want('TableName', 'IndexName', 'KeyConditionExpression', 'ExpressionAttributeValues.*.S'),
  name: (reading) => ({
    access: [
      access('dynamodb:Query', indexArn(reading, member(reading.body, 'TableName'), member(reading.body, 'IndexName'))),
    ],
    prefix: queriedKey(reading.body),
  }),
};

const onItem = (name: string): Rule => ({
  body: want('TableName', 'Key.*.S'),
  name: (reading) => ({
    access: [access(`dynamodb:${name}`, tableArn(reading, member(reading.body, 'TableName')))],
    prefix: keyOf(reading.body),
  }),
});

const batch = (name: string, wanted: Want, count: (entry: Tree) => Tree | undefined): Rule => ({
  body: wanted,
  name: (reading) => {
    const requests = at(reading.body, 'RequestItems');
    const entries = requests !== null && typeof requests === 'object' && !Array.isArray(requests) ? requests : {};
    const tables = Object.keys(entries).map((table) => tableArn(reading, table));
    const items = Object.values(entries).reduce((sum: number, entry) => sum + elements(count(entry)).length, 0);
    return {
      access: [access(`dynamodb:${name}`, ...(tables.length === 0 ? [tableArn(reading, null)] : tables))],
      items: Math.max(1, items),
    };
  },
});

const TRANSACTED = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

const transaction = (...kinds: readonly (keyof typeof TRANSACTED)[]): Rule => ({
  body: want(...kinds.map((kind) => `TransactItems[].${kind}.TableName`)),
  name: (reading) => {
    const items = elements(at(reading.body, 'TransactItems'));
    const needed = new Map<string, string[]>();
    for (const item of items) {
      for (const kind of kinds) {
        const entry = at(item, kind);
        if (entry !== undefined) add(needed, TRANSACTED[kind], tableArn(reading, member(entry, 'TableName')));
      }
    }
    if (needed.size === 0) for (const kind of kinds) add(needed, TRANSACTED[kind], tableArn(reading, null));
    return listed(needed, items.length);
  },
});

const statements = (path: string, of: (body: Tree | undefined) => (string | null)[]): Rule => ({
  body: want(path),
  name: (reading) => {
    const texts = of(reading.body);
    const needed = new Map<string, string[]>();
    const budget = new Nodes(MAX_TOKENS);
    for (const statement of texts) {
      budget.count();
      const read = readStatement(statement ?? '', budget);
      // Whatever it is, it is one of these.
      if (read === null) for (const action of PARTIQL) add(needed, action, tableArn(reading, null));
      else add(needed, read.action, indexArn(reading, read.table, read.index));
    }
    return listed(needed, texts.length);
  },
});

function add(needed: Map<string, string[]>, action: string, resource: string): void {
  const resources = needed.get(action);
  if (resources === undefined) needed.set(action, [resource]);
  else resources.push(resource);
}

function listed(needed: ReadonlyMap<string, string[]>, items: number): Naming {
  const all = [...needed].map(([action, resources]): Access => access(`dynamodb:${action}`, ...resources));
  return { access: all, items: Math.max(1, items) };
}

const listOf =
  (name: string) =>
  (body: Tree | undefined): (string | null)[] =>
    elements(at(body, name)).map((entry) => member(entry, 'Statement'));

const globalTable = (name: string): Rule => ({
  body: want('GlobalTableName'),
  name: (reading) => {
    const table = member(reading.body, 'GlobalTableName') ?? '*';
    return [
      access(
        `dynamodb:${name}`,
        `arn:${reading.partition}:dynamodb::${reading.account}:global-table/${table}`,
        tableArn(reading, table),
      ),
    ];
  },
});

export const dynamodb: Binder = rules({
  Query: query,
  GetItem: onItem('GetItem'),
  UpdateItem: onItem('UpdateItem'),
  DeleteItem: onItem('DeleteItem'),
  Scan: onIndex('Scan'),
  BatchGetItem: batch('BatchGetItem', want('RequestItems.*.Keys'), (entry) => at(entry, 'Keys')),
  BatchWriteItem: batch('BatchWriteItem', want('RequestItems.*'), (entry) => entry),
  TransactGetItems: transaction('Get'),
  TransactWriteItems: transaction('Put', 'Update', 'Delete', 'ConditionCheck'),
  ExecuteStatement: statements('Statement', (body) => [member(body, 'Statement')]),
  BatchExecuteStatement: statements('Statements[].Statement', listOf('Statements')),
  ExecuteTransaction: statements('TransactStatements[].Statement', listOf('TransactStatements')),
  CreateGlobalTable: globalTable('CreateGlobalTable'),
  UpdateGlobalTable: globalTable('UpdateGlobalTable'),
  ...written('dynamodb', {
    UpdateGlobalTableSettings: `@![dynamodb::A:global-table/{}](GlobalTableName)&![dynamodb:R:A:table/{}](GlobalTableName);+iam:PassRole@=${[
      'GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate',
      'GlobalTableGlobalSecondaryIndexSettingsUpdate[].ProvisionedWriteCapacityAutoScalingSettingsUpdate',
      'ReplicaSettingsUpdate[].ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate',
    ].join('.AutoScalingRoleArn&=')}.AutoScalingRoleArn`,
  }),
  RestoreTableFromBackup: {
    body: want('BackupArn', 'TargetTableName'),
    name: (reading) => [
      access(
        'dynamodb:RestoreTableFromBackup',
        member(reading.body, 'BackupArn') ?? arn(reading, 'dynamodb', 'table/*/backup/*'),
        tableArn(reading, member(reading.body, 'TargetTableName')),
      ),
    ],
  },
  RestoreTableToPointInTime: {
    body: want('SourceTableArn', 'SourceTableName', 'TargetTableName'),
    name: (reading) => [
      access(
        'dynamodb:RestoreTableToPointInTime',
        tableArn(reading, member(reading.body, 'SourceTableArn') ?? member(reading.body, 'SourceTableName')),
        tableArn(reading, member(reading.body, 'TargetTableName')),
      ),
    ],
  },
});
