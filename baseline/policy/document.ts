/** An IAM policy as AWS takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

/** Operator → condition key → values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One statement as evaluation reads it: every element a list, absent ones null. */
export interface Statement {
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[] | null;
  readonly notActions: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly notResources: readonly string[] | null;
  /** Only in policies of resources and in trust policies; `*` or ARNs, account ids, service names. */
  readonly principals: readonly string[] | null;
  readonly notPrincipals: readonly string[] | null;
  readonly conditions: readonly ConditionTest[];
}

export interface ConditionTest {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export type Policy = readonly Statement[];

/** A value that is no policy. The message is one sentence: source, place, what was expected. */
export class PolicyError extends Error {
  readonly code = 'policy';

  constructor(source: string, path: string, value: unknown, expected: string) {
    const shown = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value).slice(0, 60);
    super(`${source}: ${path} is ${shown}, expected ${expected}`);
    this.name = 'PolicyError';
  }
}

/** Reads a policy document as IAM has it; single statements and single values may stand for lists, as IAM allows. */
export function readPolicy(value: unknown, source: string): Policy {
  const document = objectOf(value, source, '$');
  const { Statement: statements } = document;
  if (statements === undefined) throw new PolicyError(source, '$.Statement', statements, 'the statements of a policy');
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((statement: unknown, i) => readStatement(statement, source, `$.Statement[${i}]`));
}

function readStatement(value: unknown, source: string, path: string): Statement {
  const fields = objectOf(value, source, path);
  const { Effect, Sid } = fields;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new PolicyError(source, `${path}.Effect`, Effect, 'Allow or Deny');
  const texts = (key: string) => (fields[key] === undefined ? null : textsOf(fields[key], source, `${path}.${key}`));
  const statement: Statement = {
    sid: typeof Sid === 'string' && Sid !== '' ? Sid : null,
    effect: Effect,
    actions: texts('Action'),
    notActions: texts('NotAction'),
    resources: texts('Resource'),
    notResources: texts('NotResource'),
    principals: principalsOf(fields.Principal, source, `${path}.Principal`),
    notPrincipals: principalsOf(fields.NotPrincipal, source, `${path}.NotPrincipal`),
    conditions: conditionsOf(fields.Condition, source, `${path}.Condition`),
  };
  if (statement.actions === null && statement.notActions === null)
    throw new PolicyError(source, `${path}.Action`, undefined, 'an action or a list of actions');
  return statement;
}

function conditionsOf(value: unknown, source: string, path: string): ConditionTest[] {
  if (value === undefined) return [];
  const tests: ConditionTest[] = [];
  for (const [operator, keys] of Object.entries(objectOf(value, source, path))) {
    for (const [key, values] of Object.entries(objectOf(keys, source, `${path}.${operator}`))) {
      tests.push({ operator, key, values: textsOf(values, source, `${path}.${operator}["${key}"]`) });
    }
  }
  return tests;
}

function principalsOf(value: unknown, source: string, path: string): readonly string[] | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return [value];
  return Object.entries(objectOf(value, source, path)).flatMap(([kind, names]) =>
    textsOf(names, source, `${path}.${kind}`),
  );
}

function textsOf(value: unknown, source: string, path: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'boolean') return String(item);
    throw new PolicyError(source, path, item, 'a text or a list of texts');
  });
}

function objectOf(value: unknown, source: string, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PolicyError(source, path, value, 'an object');
  return value as Record<string, unknown>;
}
