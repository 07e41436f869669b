import { HINTS } from './hints.ts';
import type { IamService } from './iam.ts';
import type { Member } from './members.ts';

const norm = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

const TAIL = /(arns?|ids?|names?|identifiers?|withpath|friendlyname)$/;

/** Parts of ARNs that only the service makes up: no request names them but in a whole ARN. */
const MADE_UP = /uuid|guid|random|suffix|timp?stamp|uniqueattributes|opaqueid|versionlabel/;

/** Names by which an operation names whatever resource it is about. */
const GENERIC = ['resourcearn', 'arn', 'resourcearns', 'resourcearnlist', 'resource', 'resources'];
const GENERIC_IDS = ['resourceid', 'resourceidentifier', 'resourcename', 'resourceidlist', 'resourceids'];

const ENDINGS = ['', 'id', 'name', 'identifier', 'arn', 's', 'ids', 'names', 'identifiers', 'arns', 'key'];

/** The ARN template of a resource type, in the catalog's short form: `service:R:A:rest/{}`, and the names of what fills it. */
export function templateOf(arn: string): { template: string; variables: string[] } | null {
  const match = /^arn:(?:\$\{Partition\}|aws):(.*)$/s.exec(arn.split(', arn:')[0]!);
  if (match === null) return null;
  const variables: string[] = [];
  // Gaps in the service, the region or the account are nobody's to fill: only a whole ARN says them.
  const [service = '', region = '', account = '', ...rest] = match[1]!.split(':');
  const named = account.replace(/^\$\{(?:Account(?:Id)?|)\}$/i, 'A').replace(/\$\{[^}]*\}/g, '*');
  const written = [service.replace(/\$\{[^}]*\}/g, '*'), region, named, ...rest].join(':');
  const template = written
    .replaceAll(/\$\{Region\}/gi, 'R')
    .replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
      variables.push(name);
      return '{}';
    })
    // Organizations' ids bear their letters already.
    .replace(/\/(?:p|h|r|ou|rt|rp)-\{\}$/, '/{}');
  return { template, variables };
}

/** What fills the gaps of one resource type: references of the request's members, the first present wins. */
interface Slots {
  readonly type: string;
  readonly slots: readonly (readonly Member[])[];
}

/**
 * Names decide: the variable's own name first, then the resource type's, each with the endings that AWS's APIs give them (Id, Name, Arn,
 * Identifier, plurals). Hints win, for the services whose APIs and ARNs use different words.
 */
function slotsOf(
  prefix: string,
  variables: readonly string[],
  type: string,
  operation: string,
  members: readonly Member[],
): Slots {
  const hints = HINTS[prefix] ?? {};
  const typeRoot = norm(type);
  const subject = norm(operation.replace(/^[A-Z]+[a-z]+/, ''));
  const slots = variables.map((variable, index) => {
    const last = index === variables.length - 1;
    const hint =
      hints[`${type.toLowerCase()}.${variable.toLowerCase()}`] ?? (last ? hints[type.toLowerCase()] : undefined);
    if (hint !== undefined) return hinted(members, hint);
    const name = norm(variable);
    const wanted = new Set<string>([name]);
    if (!MADE_UP.test(name)) {
      const root = name.replace(TAIL, '');
      if (root !== '') for (const ending of ENDINGS) wanted.add(root + ending);
      if (last) {
        for (const ending of ENDINGS) wanted.add(typeRoot + ending);
        const short = typeRoot.replace(/(configuration|resource|group)$/, '');
        if (short !== typeRoot && short.length > 3) for (const ending of ENDINGS) wanted.add(short + ending);
        if (isSubject(typeRoot, subject) || (subject !== '' && subject.includes(typeRoot)))
          for (const ending of ['name', 'id', 'identifier', 'names', 'ids', 'arns', 'identifiers']) wanted.add(ending);
      }
    } else if (last) {
      for (const ending of ['arn', 'arns']) wanted.add(typeRoot + ending);
    }
    // `targetgroup/NAME/ID`: the caller chose the name, the service the rest.
    const named = variables.slice(index + 1).every((after) => /id$/.test(norm(after)) || MADE_UP.test(norm(after)));
    if (!last && named && name.endsWith('name')) {
      wanted.add(`${typeRoot}name`);
      if (isSubject(typeRoot, subject)) wanted.add('name');
    }
    const found = pick(members, [...wanted]);
    // An id that the service makes up is not the name that the caller chose.
    const own =
      name.endsWith('id') && name !== 'resourceid'
        ? found.filter((member) => !/names?$/.test(norm(member.name)))
        : found;
    if (own.length > 0 || !last) return own;
    const generic = pick(members, GENERIC);
    return generic.length > 0 ? generic : pick(members, GENERIC_IDS);
  });
  // One member fills one gap: a name does not say the version behind it too.
  return {
    type,
    slots: slots.map((slot, index) =>
      slot.filter((member) => isArnMember(member) || !slots.slice(0, index).some((before) => before.includes(member))),
    ),
  };
}

/** What names a resource without saying of which type it is. */
const BARE = new Set(['name', 'names', 'id', 'ids', 'identifier', 'identifiers']);

/** True where an operation is about such a resource (`DeleteWebACL`, `ListWebACLs`). */
const isSubject = (type: string, subject: string): boolean =>
  subject !== '' && (subject === type || subject === `${type}s` || type.endsWith(subject.replace(/s$/, '')));

/** Members by the names of a hint, in its order; `Input.Name` is a member inside of another. */
function hinted(members: readonly Member[], hint: readonly string[]): Member[] {
  const found = hint.flatMap((name) =>
    name.includes('.')
      ? members.filter(
          ({ depth, reference, type }) => depth > 0 && SCALAR.has(type) && norm(lastTwo(reference)) === norm(name),
        )
      : members.filter(({ depth, name: own, type }) => depth === 0 && SCALAR.has(type) && norm(own) === norm(name)),
  );
  return found.length > 0 ? [...new Set(found)].slice(0, 3) : pick(members, hint.map(norm));
}

/** Members of the wanted names, in that order: at the top first, and where none is there, inside. */
function pick(members: readonly Member[], wanted: readonly string[]): Member[] {
  for (const deep of [false, true]) {
    const found: Member[] = [];
    for (const name of wanted) {
      for (const member of members) {
        if (member.depth > 0 !== deep || !SCALAR.has(member.type) || found.includes(member)) continue;
        if (norm(member.name) === name || (deep && norm(lastTwo(member.reference)) === name)) found.push(member);
      }
    }
    if (found.length > 0) return deep ? found.slice(0, 1) : found.slice(0, 3);
  }
  return [];
}

const SCALAR = new Set(['string', 'list', 'integer', 'long']);

const lastTwo = (reference: string): string => reference.split('.').slice(-2).join('').replaceAll('[]', '');

/** Gaps at the end that no request fills become `*` in the template, so that a whole ARN in the last filled one is seen as such. */
function withoutTail(text: string, slots: Slots['slots']): [string, Slots['slots']] {
  let template = text;
  const kept = [...slots];
  while (kept.length > 0 && kept.at(-1)!.length === 0) {
    kept.pop();
    const at = template.lastIndexOf('{}');
    template = `${template.slice(0, at)}*${template.slice(at + 2)}`;
  }
  return [template, kept];
}

const isArnMember = ({ name }: Member): boolean => /arns?$|arnlist$/.test(norm(name));

/** The resources of one action of one operation, in the catalog's notation; '' where the action takes none. */
export function bind(
  prefix: string,
  iam: IamService,
  action: string,
  operation: string,
  members: readonly Member[],
  template: (arn: string) => number,
): string {
  const types = iam.actions.get(action.toLowerCase())?.resourceTypes ?? [];
  const bound = types.flatMap(({ name, required }) => {
    const arn = iam.arns.get(name.toLowerCase()) ?? iam.arns.get(name);
    const parsed = arn === undefined ? null : templateOf(arn);
    if (parsed === null) return [];
    const { template: text, variables } = parsed;
    return [{ required, template: text, variables, ...slotsOf(prefix, variables, name, operation, members) }];
  });
  const subject = norm(operation.replace(/^[A-Z]+[a-z]+/, ''));
  const lastOf = (slots: Slots['slots']) => slots.at(-1)?.[0];
  // A name that could be of several types is of the type that the operation is about.
  const about = new Map(
    bound.flatMap(({ type, slots }) => {
      const member = lastOf(slots);
      return member !== undefined && BARE.has(norm(member.name)) && norm(type) === subject
        ? [[member, type] as const]
        : [];
    }),
  );
  const parts = new Set<string>();
  for (const one of bound) {
    const { required, template: text, type } = one;
    const owner = about.get(lastOf(one.slots)!);
    const slots = owner === undefined || owner === type ? one.slots : one.slots.map(() => []);
    const mark = required ? '!' : '';
    const some = slots.some((slot) => slot.length > 0);
    if (!some && !required) continue;
    // A type that may be meant is not meant where the same members and more name another (a cluster's name beside one of its nodes').
    const mine = slots.flat();
    const within = (other: Slots) => other.type !== type && other.slots.flat().length > mine.length;
    if (
      !required &&
      bound.some((other) => within(other) && mine.every((member) => other.slots.flat().includes(member)))
    )
      continue;
    const last = slots.at(-1) ?? [];
    // A name that could be of several types says nothing of which, unless it is a whole ARN.
    const exact = norm(last[0]?.name ?? '') === norm(one.variables.at(-1) ?? '-');
    const shared =
      last.length > 0 &&
      !exact &&
      owner !== type &&
      bound.some((other) => other.type !== type && lastOf(other.slots) === last[0]);
    if (last.length > 0 && (shared || last.every(isArnMember)) && (shared || last[0]!.required || !required)) {
      parts.add(`${mark}=${last.map(({ reference }) => reference).join('|')}`);
      continue;
    }
    const [shortened, filled] = some ? withoutTail(text, slots) : [text, slots];
    const written = filled.map((slot) => slot.map(({ reference }) => reference).join('|'));
    parts.add(`${mark}${template(shortened)}(${written.join(',')})`);
  }
  // Types that one ARN covers need no second mention.
  return [...parts].filter((part) => part.startsWith('!') || !parts.has(`!${part}`)).join('&');
}
