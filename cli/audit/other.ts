import { hasSensor } from './cloudformation.ts';
import { type Collector, statementsIn } from './collector.ts';
import { fieldsOf, type Located, listOf } from './located.ts';

/** A bare IAM policy, or the JSON that AWS's tools put around one. */
export const isPolicy = (value: unknown): boolean => policyIn(value) !== null;

function policyIn(value: unknown): unknown {
  const fields = fieldsOf(value);
  if ('Statement' in fields) return fields;
  for (const key of ['PolicyDocument', 'Document', 'PolicyVersion', 'policies', 'document']) {
    const inner = fields[key];
    if (Array.isArray(inner) && inner.some((one) => policyIn(one) !== null)) return inner;
    if (typeof inner === 'object' && inner !== null && policyIn(inner) !== null) return policyIn(inner);
  }
  return null;
}

export function readPolicyDocument(source: Located, file: string, into: Collector): void {
  for (const one of listOf(policyIn(source.value))) {
    const document = policyIn(one);
    const place = {
      file,
      line: source.lineOf(document),
      resource: String(fieldsOf(one).PolicyName ?? fieldsOf(one).function ?? 'policy'),
    };
    const statements = statementsIn(document, place, source, (value) => value).map(({ place: where, statement }) => ({
      statement,
      place: { ...where, resource: statement.sid ?? place.resource },
    }));
    const ofResource = statements.some(
      ({ statement }) => statement.principals !== null || statement.notPrincipals !== null,
    );
    const ofRole = statements.some(({ statement }) =>
      (statement.actions ?? []).some((action) => /^sts:AssumeRole/i.test(action)),
    );
    if (!ofResource) into.policies.push({ place, statements });
    else if (ofRole) into.role(place, place.resource).trust = statements;
    else into.resourcePolicies.push({ place, kind: 'resource', statements });
  }
}

/** serverless.yml itself: functions share one role unless they have their own. */
export const isServerless = (value: unknown): boolean => {
  const fields = fieldsOf(value);
  return 'provider' in fields && ('functions' in fields || 'service' in fields);
};

export function readServerless(source: Located, file: string, into: Collector): void {
  const root = fieldsOf(source.value);
  const provider = fieldsOf(root.provider);
  const iam = fieldsOf(provider.iam);
  const own = fieldsOf(iam.role);
  const list = own.statements ?? provider.iamRoleStatements;
  const place = { file, line: source.lineOf(root, 'provider'), resource: 'provider' };
  const role = into.role(place, 'provider');
  role.statements.push(...statementsIn({ Statement: list }, place, source, (value) => value));
  for (const name of listOf(own.managedPolicies)) if (typeof name === 'string') role.managed.push({ place, name });
  for (const [name, raw] of Object.entries(fieldsOf(root.functions))) {
    const one = fieldsOf(raw);
    const where = { file, line: source.lineOf(root.functions, name), resource: name };
    const statements = one.iamRoleStatements;
    const role = typeof one.role === 'string' ? one.role : statements === undefined ? 'provider' : null;
    if (statements !== undefined)
      into
        .role(where, `${name}Role`)
        .statements.push(...statementsIn({ Statement: statements }, where, source, (value) => value));
    const environment = { ...fieldsOf(provider.environment), ...fieldsOf(one.environment) };
    into.functions.push({
      place: where,
      role,
      sensor: hasSensor([...listOf(provider.layers), ...listOf(one.layers)], environment),
      environment: Object.entries(environment).map(([key, value]) => ({
        place: { ...where, line: source.lineOf(fieldsOf(one.environment), key, where.line) },
        name: key,
        value: typeof value === 'string' ? value : '',
      })),
    });
    const url = one.url;
    if (url === true || (typeof url === 'object' && url !== null && fieldsOf(url).authorizer === undefined))
      into.exposures.push({
        place: { ...where, line: source.lineOf(one, 'url') },
        kind: 'function-url',
        principal: '*',
        narrowed: false,
      });
  }
}
