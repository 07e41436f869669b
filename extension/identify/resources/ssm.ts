import { at, scalarsAt, text, want } from '../body/tree.ts';
import { type Access, arn, type Binder, isArn, type Reading, roleArn } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';
import { written } from './written.ts';

/** `/path/name`, `name`, `name:3` or `name:label`; the selector is no part of the ARN. */
function parameterArn(reading: Reading, name: string): string {
  if (isArn(name)) return name.split(':').slice(0, 6).join(':');
  const bare = name.split(':')[0]!;
  return arn(reading, 'ssm', `parameter/${bare.startsWith('/') ? bare.slice(1) : bare}`);
}

const onParameters = (name: string, path: string): Rule => ({
  body: want(path),
  name: (reading) => {
    const names = scalarsAt(reading.body, path);
    const resources = names.map((given) => parameterArn(reading, given));
    return {
      access: [access(`ssm:${name}`, ...(resources.length === 0 ? [arn(reading, 'ssm', 'parameter/*')] : resources))],
      items: Math.max(1, names.length),
    };
  },
});

/** `i-…` is an EC2 instance, `mi-…` a managed node, `ecs:…` a task. */
function nodeArn(reading: Reading, id: string): string {
  if (id.startsWith('mi-')) return arn(reading, 'ssm', `managed-instance/${id}`);
  if (id.startsWith('ecs:')) {
    const [cluster = '*', task = '*'] = id.slice(4).split('_');
    return arn(reading, 'ecs', `task/${cluster}/${task}`);
  }
  return arn(reading, 'ec2', `instance/${id}`);
}

const documentArn = (reading: Reading, name: string | null): string =>
  name !== null && isArn(name) ? name : arn(reading, 'ssm', `document/${name ?? '*'}`);

const onNodes = (name: string, path: string): Rule => ({
  body: want(path),
  name: (reading) => {
    const nodes = scalarsAt(reading.body, path).map((id) => nodeArn(reading, id));
    return [access(`ssm:${name}`, ...(nodes.length === 0 ? anyNode(reading) : nodes))];
  },
});

const anyNode = (reading: Reading): string[] => [
  arn(reading, 'ec2', 'instance/*'),
  arn(reading, 'ssm', 'managed-instance/*'),
];

/** An association of a document with nodes, by whatever the request names of it. */
const association = (
  name: string,
  at: { id?: string; document: string; node: string },
  always: string[] = [],
): Rule => ({
  body: want(at.document, at.node, ...(at.id === undefined ? [] : [at.id]), 'AssociationDispatchAssumeRole'),
  name: (reading) => {
    const { body } = reading;
    const resources = [
      ...always.map((type) => arn(reading, 'ssm', type)),
      ...(at.id === undefined ? [] : scalarsAt(body, at.id).map((id) => arn(reading, 'ssm', `association/${id}`))),
      ...scalarsAt(body, at.document).map((document) => documentArn(reading, document)),
      ...scalarsAt(body, at.node).map((id) => nodeArn(reading, id)),
    ];
    const roles = scalarsAt(body, 'AssociationDispatchAssumeRole');
    return [
      access(`ssm:${name}`, ...resources),
      ...(roles.length === 0 ? [] : [access('iam:PassRole', ...roles.map((role) => roleArn(reading, role)))]),
    ];
  },
});

const SINGLE = { id: 'AssociationId', document: 'Name', node: 'InstanceId' };

/** A document that is run on nodes: those that are named, or that tags choose. */
const run = (name: string, document: string, nodes: string): Rule => ({
  body: want(document, nodes, 'Targets', 'ServiceRoleArn'),
  name: (reading) => {
    const named = scalarsAt(reading.body, nodes).map((id) => nodeArn(reading, id));
    const roles = scalarsAt(reading.body, 'ServiceRoleArn');
    const needed: Access[] = [
      access(
        `ssm:${name}`,
        documentArn(reading, text(at(reading.body, document))),
        ...(named.length === 0 ? anyNode(reading) : named),
      ),
    ];
    if (roles.length > 0) needed.push(access('iam:PassRole', ...roles.map((role) => roleArn(reading, role))));
    return needed;
  },
});

/** Tags name their resource by type and id. */
const TAGGED: Readonly<Record<string, string>> = {
  Association: 'association/',
  Automation: 'automation-execution/',
  Document: 'document/',
  MaintenanceWindow: 'maintenancewindow/',
  ManagedInstance: 'managed-instance/',
  OpsItem: 'opsitem/',
  OpsMetadata: 'opsmetadata/',
  Parameter: 'parameter/',
  PatchBaseline: 'patchbaseline/',
};

const tags = (name: string): Rule => ({
  body: want('ResourceType', 'ResourceId'),
  name: (reading) => {
    const id = text(at(reading.body, 'ResourceId')) ?? '*';
    const type = TAGGED[text(at(reading.body, 'ResourceType')) ?? ''];
    const resource =
      isArn(id) || type === undefined ? (isArn(id) ? id : '*') : arn(reading, 'ssm', type + id.replace(/^\//, ''));
    return [access(`ssm:${name}`, resource)];
  },
});

export const ssm: Binder = rules({
  AddTagsToResource: tags('AddTagsToResource'),
  CreateAssociation: association('CreateAssociation', { document: 'Name', node: 'InstanceId' }, ['association/*']),
  CreateAssociationBatch: association('CreateAssociationBatch', {
    document: 'Entries[].Name',
    node: 'Entries[].InstanceId',
  }),
  DeleteAssociation: association('DeleteAssociation', SINGLE),
  DescribeAssociation: association('DescribeAssociation', SINGLE),
  UpdateAssociationStatus: association('UpdateAssociationStatus', { document: 'Name', node: 'InstanceId' }),
  ...written('ssm', {
    GetAccessToken: '@![ssm:R:A:opsitem/{}](AccessRequestId)',
    GetCalendarState: '@![ssm:R:A:document/{}](CalendarNames[])',
  }),
  DeleteParameter: onParameters('DeleteParameter', 'Name'),
  DeleteParameters: onParameters('DeleteParameters', 'Names[]'),
  DescribeEffectiveInstanceAssociations: onNodes('DescribeEffectiveInstanceAssociations', 'InstanceId'),
  DescribeInstanceAssociationsStatus: onNodes('DescribeInstanceAssociationsStatus', 'InstanceId'),
  DescribeInstancePatches: onNodes('DescribeInstancePatches', 'InstanceId'),
  DescribeInstancePatchStates: onNodes('DescribeInstancePatchStates', 'InstanceIds[]'),
  GetConnectionStatus: onNodes('GetConnectionStatus', 'Target'),
  GetParameter: onParameters('GetParameter', 'Name'),
  GetParameterHistory: onParameters('GetParameterHistory', 'Name'),
  GetParameters: onParameters('GetParameters', 'Names[]'),
  GetParametersByPath: {
    body: want('Path'),
    name: (reading) => {
      const path = text(at(reading.body, 'Path'));
      return {
        access: [
          access(
            'ssm:GetParametersByPath',
            path === null ? arn(reading, 'ssm', 'parameter/*') : parameterArn(reading, path),
          ),
        ],
        prefix: path,
      };
    },
  },
  LabelParameterVersion: onParameters('LabelParameterVersion', 'Name'),
  ListTagsForResource: tags('ListTagsForResource'),
  PutComplianceItems: onNodes('PutComplianceItems', 'ResourceId'),
  PutParameter: onParameters('PutParameter', 'Name'),
  RemoveTagsFromResource: tags('RemoveTagsFromResource'),
  SendCommand: run('SendCommand', 'DocumentName', 'InstanceIds[]'),
  StartSession: {
    body: want('Target', 'DocumentName'),
    name: (reading) => {
      const target = text(at(reading.body, 'Target'));
      const document = text(at(reading.body, 'DocumentName'));
      return [
        access(
          'ssm:StartSession',
          ...(target === null ? anyNode(reading) : [nodeArn(reading, target)]),
          ...(document === null ? [] : [documentArn(reading, document)]),
        ),
      ];
    },
  },
  UnlabelParameterVersion: onParameters('UnlabelParameterVersion', 'Name'),
});
