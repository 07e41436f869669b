import type { Place } from '../../baseline/policy/audit/model.ts';
import { type Collector, type RoleDraft, statementsIn } from './collector.ts';
import { resolved, type Scope } from './intrinsics.ts';
import { type Fields, fieldsOf, type Located, listOf } from './located.ts';

export const isCloudFormation = (value: unknown): boolean => {
  const resources = fieldsOf(fieldsOf(value).Resources);
  return Object.values(resources).some((one) => typeof fieldsOf(one).Type === 'string');
};

/** CloudFormation and SAM, written by hand or by CDK and Serverless. */
export function readCloudFormation(source: Located, file: string, into: Collector): void {
  const template = fieldsOf(source.value);
  const resources = fieldsOf(template.Resources);
  const scope: Scope = { parameters: fieldsOf(template.Parameters), mappings: fieldsOf(template.Mappings), resources };
  const plain = (value: unknown) => resolved(value, scope);
  const globals = fieldsOf(fieldsOf(template.Globals).Function);
  const roles = new Map<string, RoleDraft>();
  const each = function* (...types: string[]): Generator<[string, Fields, Place, Fields]> {
    for (const [id, raw] of Object.entries(resources)) {
      const resource = fieldsOf(raw);
      if (types.includes(String(resource.Type)))
        yield [id, fieldsOf(resource.Properties), { file, line: source.lineOf(resources, id), resource: id }, resource];
    }
  };
  const read = (document: unknown, place: Place) => statementsIn(document, place, source, plain);
  /** A line of a property, for findings about it. */
  const at = (place: Place, container: unknown, key: string): Place => ({
    ...place,
    line: source.lineOf(container, key, place.line),
  });

  for (const [id, properties, place] of each('AWS::IAM::Role')) {
    const role = into.role(place, id);
    roles.set(id, role);
    role.trust = read(properties.AssumeRolePolicyDocument, place);
    for (const policy of members(properties.Policies))
      role.statements.push(...read(fieldsOf(policy).PolicyDocument, place));
    addManaged(role, plain(properties.ManagedPolicyArns), at(place, properties, 'ManagedPolicyArns'));
  }
  for (const [, properties, place] of each('AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy')) {
    const statements = read(properties.PolicyDocument, place);
    const holders = [...listOf(properties.Roles), ...listOf(properties.RoleName)].map((one) =>
      roles.get(referenced(one) ?? ''),
    );
    const known = holders.filter((one) => one !== undefined);
    for (const role of known) role.statements.push(...statements);
    if (known.length === 0) into.policies.push({ place, statements });
  }
  for (const [, properties, place] of each('AWS::IAM::User', 'AWS::IAM::Group')) {
    for (const policy of members(properties.Policies))
      into.policies.push({ place, statements: read(fieldsOf(policy).PolicyDocument, place) });
  }
  // A managed policy of this template that roles attach by reference
  for (const [id, properties, place] of each('AWS::IAM::ManagedPolicy')) {
    for (const [roleId, role] of roles) {
      const attached = listOf(fieldsOf(fieldsOf(resources[roleId]).Properties).ManagedPolicyArns).some(
        (one) => referenced(one) === id,
      );
      if (attached) role.statements.push(...read(properties.PolicyDocument, place));
    }
  }

  for (const [id, properties, place, resource] of each('AWS::Lambda::Function', 'AWS::Serverless::Function')) {
    const serverless = resource.Type === 'AWS::Serverless::Function';
    const all = serverless ? { ...globals, ...properties } : properties;
    const named = all.Role === undefined ? null : (referenced(all.Role) ?? String(plain(all.Role)));
    if (named === null && serverless) {
      const role = into.role(place, `${id}Role`);
      addSamPolicies(
        role,
        all.Policies,
        at(place, properties, 'Policies'),
        (document, where) => read(document, where),
        plain,
      );
    }
    const environment = { ...variablesOf(globals), ...variablesOf(properties) };
    into.functions.push({
      place,
      role: named,
      sensor: hasSensor(plain([...listOf(globals.Layers), ...listOf(properties.Layers)]), fieldsOf(plain(environment))),
      environment: Object.entries(environment).map(([name, value]) => ({
        place: at(place, variablesOf(name in variablesOf(properties) ? properties : globals), name),
        name,
        value: text(plain(value)),
      })),
    });
    const url = fieldsOf(all.FunctionUrlConfig);
    if (serverless && String(plain(url.AuthType)) === 'NONE')
      into.exposures.push({ place: at(place, url, 'AuthType'), kind: 'function-url', principal: '*', narrowed: false });
  }
  for (const [, properties, place] of each('AWS::Lambda::Url')) {
    if (String(plain(properties.AuthType)) === 'NONE')
      into.exposures.push({
        place: at(place, properties, 'AuthType'),
        kind: 'function-url',
        principal: '*',
        narrowed: false,
      });
  }
  for (const [, properties, place, resource] of each(
    'AWS::Lambda::Permission',
    'AWS::Lambda::LayerVersionPermission',
  )) {
    const narrowed = ['SourceArn', 'SourceAccount', 'PrincipalOrgID', 'OrganizationId', 'EventSourceToken'].some(
      (key) => key in properties,
    );
    // The permission that a URL of its own type needs: the URL's finding says it all
    if ('FunctionUrlAuthType' in properties || properties.InvokedViaFunctionUrl === true) continue;
    into.exposures.push({
      place: at(place, properties, 'Principal'),
      kind: resource.Type === 'AWS::Lambda::Permission' ? 'lambda-permission' : 'layer-permission',
      principal: text(plain(properties.Principal)),
      narrowed,
    });
  }
  for (const [type, [kind, property]] of Object.entries(RESOURCE_POLICIES)) {
    for (const [, properties, place] of each(type)) {
      const document = property.split('.').reduce<unknown>((value, key) => fieldsOf(value)[key], properties);
      if (document !== undefined) into.resourcePolicies.push({ place, kind, statements: read(document, place) });
    }
  }
  for (const [, properties, place] of each('AWS::S3::Bucket')) {
    const list = text(plain(properties.AccessControl));
    if (/^PublicRead/.test(list))
      into.exposures.push({
        place: at(place, properties, 'AccessControl'),
        kind: 'acl',
        principal: list,
        narrowed: false,
      });
  }
}

const RESOURCE_POLICIES: Readonly<Record<string, readonly [kind: string, property: string]>> = {
  'AWS::S3::BucketPolicy': ['bucket', 'PolicyDocument'],
  'AWS::SQS::QueuePolicy': ['queue', 'PolicyDocument'],
  'AWS::SNS::TopicPolicy': ['topic', 'PolicyDocument'],
  'AWS::KMS::Key': ['key', 'KeyPolicy'],
  'AWS::SecretsManager::ResourcePolicy': ['secret', 'ResourcePolicy'],
  'AWS::ECR::Repository': ['repository', 'RepositoryPolicyText'],
  'AWS::DynamoDB::Table': ['table', 'ResourcePolicy.PolicyDocument'],
  'AWS::ApiGateway::RestApi': ['API', 'Policy'],
  'AWS::EFS::FileSystem': ['file system', 'FileSystemPolicy'],
  'AWS::Elasticsearch::Domain': ['domain', 'AccessPolicies'],
  'AWS::OpenSearchService::Domain': ['domain', 'AccessPolicies'],
  'AWS::Backup::BackupVault': ['vault', 'AccessPolicy'],
};

/** Logical id behind a Ref, a GetAtt or a Sub of nothing else. */
export function referenced(value: unknown): string | null {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = fieldsOf(value);
  if (typeof Ref === 'string') return Ref;
  if (attribute !== undefined) return String(listOf(attribute)[0]).split('.')[0]!;
  return typeof sub === 'string' ? (/^\$\{(\w+)(?:\.Arn)?\}$/.exec(sub)?.[1] ?? null) : null;
}

const members = (value: unknown): readonly unknown[] =>
  listOf(value).flatMap((one) =>
    Array.isArray(fieldsOf(one)['Fn::If']) ? (fieldsOf(one)['Fn::If'] as unknown[]).slice(1) : [one],
  );

function addManaged(role: RoleDraft, names: unknown, place: Place): void {
  for (const name of listOf(names)) if (typeof name === 'string') role.managed.push({ place, name });
}

/** SAM's Policies: names of managed policies, documents, and SAM's own policy templates, by their names. */
function addSamPolicies(
  role: RoleDraft,
  policies: unknown,
  place: Place,
  read: (document: unknown, place: Place) => RoleDraft['statements'],
  plain: (value: unknown) => unknown,
): void {
  for (const policy of members(policies)) {
    const fields = fieldsOf(policy);
    if ('Statement' in fields) role.statements.push(...read(fields, place));
    else if (typeof plain(policy) === 'string') addManaged(role, plain(policy), place);
    else addManaged(role, Object.keys(fields), place);
  }
}

const variablesOf = (properties: Fields): Fields => fieldsOf(fieldsOf(properties.Environment).Variables);

/** The layer by its name, or the wrapper variable. */
export const hasSensor = (layers: unknown, environment: Fields): boolean =>
  listOf(layers).some((layer) => /rolefence/i.test(text(layer))) ||
  text(environment.AWS_LAMBDA_EXEC_WRAPPER).startsWith('/opt/rolefence/') ||
  Object.keys(environment).some((name) => name === 'ROLEFENCE_MODE' || name === 'ROLEFENCE_NEXT_WRAPPER');

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
