import type { IamService } from './iam.ts';
import type { Member } from './members.ts';

/** How an action's resources follow from a request, in the catalog's notation (`../notation.ts`). */
export interface Binding {
  readonly resources: string;
}

const norm = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const TAIL = /(arns?|ids?|names?|identifiers?)$/;

/** The ARN template of a resource type, in the catalog's short form: `service:R:A:rest/{}`, and the names of what fills it. */
export function templateOf(arn: string): { template: string; variables: string[] } | null {
  const match = /^arn:(?:\$\{Partition\}|aws):(.*)$/s.exec(arn);
  if (match === null) return null;
  const variables: string[] = [];
  const template = match[1]!
    .replaceAll(/\$\{Region\}/gi, 'R')
    .replaceAll(/\$\{Account(?:Id)?\}/gi, 'A')
    .replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
      variables.push(name);
      return '{}';
    });
  return { template, variables };
}

/**
 * Which members of a request fill a template's variables. Names decide: the variable's own name first, then the resource type's, each with the
 * endings that AWS's APIs give them (Id, Name, Arn, Identifier, plurals).
 */
export function slotsOf(
  variables: readonly string[],
  type: string,
  operation: string,
  members: readonly Member[],
): (string | null)[] {
  return variables.map((variable, index) => {
    const last = index === variables.length - 1;
    const variableRoot = norm(variable).replace(TAIL, '');
    const typeRoot = norm(type);
    const wanted: string[] = [norm(variable)];
    const spell = (root: string) => {
      if (root === '') return;
      for (const ending of ['', 'id', 'name', 'arn', 'identifier', 's', 'ids', 'names', 'arns', 'identifiers', 'key'])
        wanted.push(root + ending);
    };
    spell(variableRoot);
    if (last) {
      spell(typeRoot);
      const short = typeRoot.replace(/(configuration|resource|group)$/, '');
      if (short !== typeRoot && short.length > 3) spell(short);
      // TagResource and its like name the resource by ARN alone.
      wanted.push(
        'resourcearn',
        'arn',
        'resourceid',
        'resourceidentifier',
        'resource',
        'resourcename',
        'resources',
        'resourcearns',
        'resourcearnlist',
        'resourceidlist',
      );
      const subject = norm(operation.replace(/^[A-Z]+[a-z]+/, ''));
      if (subject.includes(typeRoot) || typeRoot.includes(subject.replace(/s$/, '')))
        wanted.push('name', 'id', 'identifier', 'names', 'ids', 'arns');
    }
    for (const name of wanted) {
      for (const depth of [0, 1]) {
        const member = members.find(
          (candidate) =>
            candidate.depth === depth && norm(candidate.name) === name && ['string', 'list'].includes(candidate.type),
        );
        if (member !== undefined && (depth === 0 || wanted.indexOf(name) < 12)) return member.reference;
      }
    }
    return null;
  });
}

/** The resources of one action of one operation; '' where the action takes none. */
export function bind(
  iam: IamService,
  action: string,
  operation: string,
  members: readonly Member[],
  template: (arn: string) => number,
): string {
  const types = iam.actions.get(action.toLowerCase())?.resourceTypes ?? [];
  const parts: string[] = [];
  for (const { name, required } of types) {
    const arn = iam.arns.get(name.toLowerCase()) ?? iam.arns.get(name);
    const parsed = arn === undefined ? null : templateOf(arn);
    if (parsed === null) continue;
    const slots = slotsOf(parsed.variables, name, operation, members);
    const bound = slots.some((slot) => slot !== null);
    const mark = required ? '!' : '';
    if (bound || required)
      parts.push(`${mark}${template(parsed.template)}(${slots.map((slot) => slot ?? '').join(',')})`);
  }
  return parts.join('&');
}
