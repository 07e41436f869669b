import type {
  AuditFunction,
  AuditModel,
  AuditPolicy,
  AuditRole,
  Exposure,
  Place,
  PlacedStatement,
  ResourcePolicy,
} from '../../baseline/policy/audit/model.ts';
import { PolicyError, readPolicy } from '../../baseline/policy/document.ts';
import { InputError } from '../errors.ts';
import { unknown } from './intrinsics.ts';
import { type Fields, fieldsOf, type Located, listOf } from './located.ts';

/** A role while its parts are gathered: policies may stand elsewhere in the template. */
export interface RoleDraft {
  readonly place: Place;
  readonly id: string;
  readonly statements: PlacedStatement[];
  readonly managed: { place: Place; name: string }[];
  trust: PlacedStatement[] | null;
}

/** Gathers one model out of many templates. */
export class Collector implements AuditModel {
  readonly roles: (AuditRole & RoleDraft)[] = [];
  readonly functions: AuditFunction[] = [];
  readonly policies: AuditPolicy[] = [];
  readonly resourcePolicies: ResourcePolicy[] = [];
  readonly exposures: Exposure[] = [];

  role(place: Place, id: string): RoleDraft {
    const role: AuditRole & RoleDraft = { place, id, statements: [], managed: [], trust: null };
    this.roles.push(role);
    return role;
  }
}

/**
 * The statements of a policy as it stands in a template. `plain` gives the value of an element without functions. A document that is still unknown
 * (a reference) has none.
 */
export function statementsIn(
  document: unknown,
  place: Place,
  source: Located,
  plain: (value: unknown) => unknown,
): PlacedStatement[] {
  const whole = typeof document === 'string' ? parsed(document) : document;
  const found: PlacedStatement[] = [];
  const list = fieldsOf(whole).Statement;
  for (const raw of flattened(list)) {
    const value = plain(raw);
    for (const one of listOf(value)) {
      if (typeof one !== 'object' || one === null || !('Effect' in one)) continue;
      const line = typeof document === 'string' ? place.line : source.lineOf(raw, undefined, place.line);
      found.push({ place: { ...place, line }, statement: read(withTexts(one as Fields), place, line) });
    }
  }
  return found;
}

/** Members of a list, both branches of an Fn::If as members of their own: they keep their lines. */
function flattened(value: unknown): unknown[] {
  return listOf(value).flatMap((item) => {
    const branches = fieldsOf(item)['Fn::If'];
    return Array.isArray(branches) ? branches.slice(1).flatMap(flattened) : [item];
  });
}

function read(statement: Fields, place: Place, line: number) {
  try {
    return readPolicy({ Statement: [statement] }, place.file)[0]!;
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const what = cause.message
      .slice(place.file.length + 2)
      .replace('$.Statement[0]', `${place.resource}: the statement’s`);
    throw new InputError(place.file, line, what.replace('’s.', '’s '), { cause });
  }
}

/** What is still no text (a function that no template can answer) stands as a placeholder. */
function withTexts(statement: Fields): Fields {
  // IAM would refuse it; here it grants nothing
  if (!('Action' in statement) && !('NotAction' in statement)) return withTexts({ ...statement, Action: [] });
  const text = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(text) : typeof value === 'object' && value !== null ? unknown('Value') : value;
  const fields: Record<string, unknown> = { ...statement };
  for (const key of ['Action', 'NotAction', 'Resource', 'NotResource'])
    if (key in fields) fields[key] = text(fields[key]);
  for (const key of ['Principal', 'NotPrincipal']) {
    const value = fields[key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      fields[key] = Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, text(names)]));
    else if (Array.isArray(value)) fields[key] = { AWS: text(value) };
  }
  if ('Condition' in fields) {
    fields.Condition = Object.fromEntries(
      Object.entries(fieldsOf(fields.Condition)).map(([operator, keys]) => [
        operator,
        Object.fromEntries(Object.entries(fieldsOf(keys)).map(([key, values]) => [key, text(values)])),
      ]),
    );
  }
  return fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
