import { expandAction, iamAction } from '../actions.ts';
import type { Statement } from '../document.ts';
import { meansAction } from '../evaluate.ts';
import { absorbs } from '../glob.ts';
import type { AuditModel, PlacedStatement } from './model.ts';

/** Every statement that gives somebody of the template rights, without the actions that a Deny beside it takes back wholly. */
export function* identityStatements(model: AuditModel): Generator<PlacedStatement> {
  for (const role of model.roles) yield* withoutDenied(role.statements);
  for (const policy of model.policies) yield* withoutDenied(policy.statements);
}

function* withoutDenied(statements: readonly PlacedStatement[]): Generator<PlacedStatement> {
  const denied = statements.flatMap(({ statement: { effect, conditions, resources, actions } }) =>
    effect === 'Deny' && conditions.length === 0 && (resources ?? []).includes('*') ? (actions ?? []) : [],
  );
  for (const placed of statements) {
    const { effect, actions } = placed.statement;
    if (denied.length === 0 || effect === 'Deny' || actions === null) {
      yield placed;
      continue;
    }
    const left = actions.filter((one) => !denied.some((pattern) => absorbs(pattern.toLowerCase(), one.toLowerCase())));
    if (left.length > 0) yield { ...placed, statement: { ...placed.statement, actions: left } };
  }
}

export const isAllow = ({ statement }: PlacedStatement): boolean => statement.effect === 'Allow';

/** `*` and `*:*`. */
export const isEveryAction = (pattern: string): boolean => /^\*(?::\*)?$/.test(pattern);

/** True where the pattern leaves the name open: `*`, every bucket, every table of the account. */
export function isOpenResource(pattern: string): boolean {
  if (pattern === '*') return true;
  const parts = pattern.replace(/\$\{[^}]*\}/g, '$').split(':');
  if (parts[0] !== 'arn' || parts.length < 6)
    return /^arn:[^:]*:?\*$/.test(pattern) || /^arn(?::[^:]*){2,4}\*$/.test(pattern);
  const resource = parts.slice(5).join(':');
  if (parts[2] === 's3') return /^\*(?:\/|$)/.test(resource);
  if (resource === '*') return true;
  // The API stands first; its stages, methods and paths follow
  if (parts[2] === 'execute-api') return /^\*(?:\/|$)/.test(resource);
  // A batch job's name is the caller's own; what it runs is named by definition and queue
  if (parts[2] === 'batch' && /^job\/\*$/.test(resource)) return false;
  const named = resource.split(/[/:]/);
  return named.length > 1 && named[1] === '*' && !TYPED_ROOMS.has(named[0]!);
}

/** `log-group:*` and the like name what all functions write to by habit; AWS's own policies do. */
const TYPED_ROOMS: ReadonlySet<string> = new Set(['log-group', 'network-interface', 'subnet', 'security-group']);

export const openResources = (statement: Statement): readonly string[] =>
  statement.notResources !== null ? ['*'] : (statement.resources ?? []).filter(isOpenResource);

/** A condition that ties the grant to resources or tags; times, addresses and the like do not. */
export const isScopedByCondition = (statement: Statement): boolean =>
  statement.conditions.some(
    ({ key, operator }) =>
      !operator.includes('Not') &&
      /ResourceTag|ResourceAccount|ResourceOrg|PrincipalTag|RequestTag|:cluster$|LeadingKeys|s3:prefix|ViaService|PassedToService|EncryptionContext|namespace|RoleName|FunctionArn|SourceArn|RequestAlias|secretId|ResourceAliases|:name$|DataAccessPoint|FromAddress|FromDisplayName|topic|PolicyARN|PermissionsBoundary/i.test(
        key,
      ),
  );

/** The actions of a statement that could be held to resources. */
export function scopableActions(statement: Statement): string[] {
  if (statement.actions === null) return [];
  return statement.actions
    .filter((pattern) => !isEveryAction(pattern))
    .flatMap((pattern) => expandAction(pattern))
    .filter((action) => iamAction(action)?.resources === true);
}

/** True where one of the statements allows the action on names that nobody wrote down. */
export function grantsOpenly(statements: readonly PlacedStatement[], action: string): PlacedStatement | null {
  const denied = statements.some(
    ({ statement }) =>
      statement.effect === 'Deny' &&
      statement.conditions.length === 0 &&
      meansAction(statement, action) &&
      (statement.resources ?? []).includes('*'),
  );
  if (denied) return null;
  return (
    statements.find(
      ({ statement }) =>
        statement.effect === 'Allow' &&
        meansAction(statement, action) &&
        (openResources(statement).length > 0 || iamAction(action)?.resources === false) &&
        !isScopedByCondition(statement),
    ) ?? null
  );
}

export const isAdministrator = (statement: Statement): boolean =>
  statement.effect === 'Allow' &&
  (statement.actions ?? []).some(isEveryAction) &&
  statement.notResources === null &&
  (statement.resources ?? []).some((pattern) => absorbs(pattern, '*')) &&
  statement.conditions.length === 0;

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  const unique = [...new Set(names)];
  if (unique.length <= most)
    return unique.length > 1 ? `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}` : (unique[0] ?? '');
  return `${unique.slice(0, most).join(', ')} and ${unique.length - most} more`;
}
