import type { Place } from '../../baseline/policy/audit/model.ts';
import { hasSensor } from './cloudformation.ts';
import { type Collector, type RoleDraft, statementsIn } from './collector.ts';
import { type Fields, fieldsOf, type Located, listOf } from './located.ts';

export const isTerraformPlan = (value: unknown): boolean => {
  const fields = fieldsOf(value);
  return 'terraform_version' in fields && ('planned_values' in fields || 'values' in fields);
};

interface Resource {
  readonly address: string;
  readonly type: string;
  readonly values: Fields;
  /** What its arguments refer to, by argument: known from the configuration where values are not. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  readonly place: Place;
}

/** `terraform show -json PLAN`. What is known only after apply is taken from the configuration's references. */
export function readTerraformPlan(source: Located, file: string, into: Collector): void {
  const plan = fieldsOf(source.value);
  const state = fieldsOf(plan.planned_values ?? plan.values);
  const expressions = configured(fieldsOf(fieldsOf(plan.configuration).root_module));
  const documents = new Map<string, string>();
  for (const one of [
    ...modulesOf(fieldsOf(fieldsOf(fieldsOf(plan.prior_state).values).root_module)),
    ...modulesOf(fieldsOf(state.root_module)),
  ]) {
    const { address, type, values } = fieldsOf(one);
    const json = fieldsOf(values).json;
    if (type === 'aws_iam_policy_document' && typeof json === 'string') documents.set(String(address), json);
  }
  const resources: Resource[] = modulesOf(fieldsOf(state.root_module)).map((raw) => {
    const { address, type, values } = fieldsOf(raw);
    const name = String(address);
    return {
      address: name,
      type: String(type),
      values: fieldsOf(values),
      references: expressions.get(name.replace(/\[[^\]]*\]/g, '')) ?? {},
      place: { file, line: source.lineOf(raw), resource: name },
    };
  });
  const each = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const read = ({ values, references, place }: Resource, argument: string, given: unknown = values[argument]) => {
    const document =
      typeof given === 'string'
        ? given
        : references[argument]?.map((one) => documents.get(one)).find((one) => one !== undefined);
    return statementsIn(document, place, source, (value) => value);
  };

  const roles = new Map<string, RoleDraft>();
  for (const role of each('aws_iam_role')) {
    const draft = into.role(role.place, role.address);
    roles.set(role.address, draft);
    draft.trust = read(role, 'assume_role_policy');
    for (const inline of listOf(role.values.inline_policy))
      draft.statements.push(...read(role, 'inline_policy', fieldsOf(inline).policy));
    for (const name of listOf(role.values.managed_policy_arns))
      draft.managed.push({ place: role.place, name: String(name) });
  }
  /** The role that an argument names: by reference, else by name. */
  const roleOf = ({ values, references }: Resource, argument: string): RoleDraft | undefined => {
    const by = references[argument]
      ?.map((one) => roles.get(one.replace(/\.(?:name|id|arn)$/, '')))
      .find((one) => one !== undefined);
    if (by !== undefined) return by;
    const known = resources.find(
      ({ type, values: own }) => type === 'aws_iam_role' && own.name !== undefined && own.name === values[argument],
    );
    return known === undefined ? undefined : roles.get(known.address);
  };
  for (const policy of each('aws_iam_role_policy')) {
    const role = roleOf(policy, 'role');
    const statements = read(policy, 'policy');
    if (role === undefined) into.policies.push({ place: policy.place, statements });
    else role.statements.push(...statements);
  }
  const attached = new Set<string>();
  for (const attachment of each('aws_iam_role_policy_attachment', 'aws_iam_policy_attachment')) {
    const role = roleOf(attachment, attachment.type === 'aws_iam_policy_attachment' ? 'roles' : 'role');
    const policy = each('aws_iam_policy').find(({ address }) =>
      attachment.references.policy_arn?.some((one) => one.replace(/\.arn$/, '') === address),
    );
    if (role === undefined) continue;
    if (policy !== undefined) {
      attached.add(policy.address);
      role.statements.push(...read(policy, 'policy'));
    } else if (typeof attachment.values.policy_arn === 'string') {
      role.managed.push({ place: attachment.place, name: attachment.values.policy_arn });
    }
  }
  for (const policy of each('aws_iam_policy', 'aws_iam_user_policy', 'aws_iam_group_policy')) {
    if (!attached.has(policy.address)) into.policies.push({ place: policy.place, statements: read(policy, 'policy') });
  }

  for (const one of each('aws_lambda_function')) {
    const role = roleOf(one, 'role');
    const environment = fieldsOf(fieldsOf(listOf(one.values.environment)[0]).variables);
    into.functions.push({
      place: one.place,
      role: role?.id ?? (typeof one.values.role === 'string' ? one.values.role : (one.references.role?.[0] ?? null)),
      sensor: hasSensor([...listOf(one.values.layers), ...(one.references.layers ?? [])], environment),
      environment: Object.entries(environment).map(([name, value]) => ({
        place: one.place,
        name,
        value: String(value ?? ''),
      })),
    });
  }
  for (const { values, place } of each('aws_lambda_function_url')) {
    if (values.authorization_type === 'NONE')
      into.exposures.push({ place, kind: 'function-url', principal: '*', narrowed: false });
  }
  for (const { values, references, place } of each('aws_lambda_permission')) {
    if (values.function_url_auth_type != null) continue;
    into.exposures.push({
      place,
      kind: 'lambda-permission',
      principal: String(values.principal ?? ''),
      narrowed: ['source_arn', 'source_account', 'principal_org_id'].some(
        (key) => values[key] != null || key in references,
      ),
    });
  }
  for (const [type, kind] of Object.entries(RESOURCE_POLICIES)) {
    for (const one of each(type)) {
      const statements = read(one, type === 'aws_elasticsearch_domain' ? 'access_policies' : 'policy');
      if (statements.length > 0) into.resourcePolicies.push({ place: one.place, kind, statements });
    }
  }
  for (const { values, place } of each('aws_s3_bucket', 'aws_s3_bucket_acl')) {
    if (/^public-read/.test(String(values.acl ?? '')))
      into.exposures.push({ place, kind: 'acl', principal: String(values.acl), narrowed: false });
  }
}

const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  aws_s3_bucket_policy: 'bucket',
  aws_s3_bucket: 'bucket',
  aws_sqs_queue_policy: 'queue',
  aws_sqs_queue: 'queue',
  aws_sns_topic_policy: 'topic',
  aws_sns_topic: 'topic',
  aws_kms_key: 'key',
  aws_kms_key_policy: 'key',
  aws_secretsmanager_secret_policy: 'secret',
  aws_ecr_repository_policy: 'repository',
  aws_dynamodb_resource_policy: 'table',
  aws_efs_file_system_policy: 'file system',
  aws_elasticsearch_domain: 'domain',
};

function modulesOf(module: Fields): unknown[] {
  return [...listOf(module.resources), ...listOf(module.child_modules).flatMap((child) => modulesOf(fieldsOf(child)))];
}

/** Address (without indexes) → argument → references. */
function configured(module: Fields, prefix = ''): Map<string, Record<string, string[]>> {
  const found = new Map<string, Record<string, string[]>>();
  for (const raw of listOf(module.resources)) {
    const { address, expressions } = fieldsOf(raw);
    const own: Record<string, string[]> = {};
    for (const [argument, expression] of Object.entries(fieldsOf(expressions))) {
      const references = listOf(fieldsOf(expression).references).map(String);
      if (references.length > 0)
        own[argument] = references.map((one) =>
          prefix === '' || /^(?:var|local|each|module)\./.test(one) ? one : `${prefix}${one}`,
        );
    }
    found.set(`${prefix}${String(address)}`, own);
  }
  for (const [name, call] of Object.entries(fieldsOf(module.module_calls))) {
    for (const [key, value] of configured(fieldsOf(fieldsOf(call).module), `${prefix}module.${name}.`))
      found.set(key, value);
  }
  return found;
}
