import { absorbs } from './glob.ts';
import table from './iam-actions.json' with { type: 'json' };

/** What AWS says of one IAM action. */
export interface IamAction {
  /** As AWS writes it: `s3:GetObject`. */
  readonly name: string;
  readonly level: AccessLevel;
  /** False where a policy cannot name resources for it: then only `*` grants it. */
  readonly resources: boolean;
}

export type AccessLevel = 'read' | 'list' | 'write' | 'permissions' | 'tagging';

const LEVELS: Readonly<Record<string, AccessLevel>> = {
  R: 'read',
  L: 'list',
  W: 'write',
  P: 'permissions',
  T: 'tagging',
};

const read = new Map<string, ReadonlyMap<string, IamAction>>();

/** All actions of one service prefix, by name in small letters; empty where the prefix is not known. */
export function actionsOf(service: string): ReadonlyMap<string, IamAction> {
  const known = read.get(service);
  if (known !== undefined) return known;
  const actions = new Map<string, IamAction>();
  const text =
    Object.hasOwn(table, service) && !service.startsWith('$')
      ? (table as Readonly<Record<string, string>>)[service]
      : undefined;
  for (const group of text?.split('|') ?? []) {
    const letter = group[0]!;
    const level = LEVELS[letter.toUpperCase()]!;
    for (const name of group.slice(2).split(',')) {
      actions.set(name.toLowerCase(), {
        name: `${service}:${name}`,
        level,
        resources: letter === letter.toUpperCase(),
      });
    }
  }
  read.set(service, actions);
  return actions;
}

/** Null where AWS's reference, as of our copy, does not have it. */
export function iamAction(action: string): IamAction | null {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  return actionsOf(service).get(name) ?? null;
}

export const services = (): string[] => Object.keys(table).filter((key) => !key.startsWith('$'));

/** `s3:Get*` → every action that it means, as AWS writes them. An action that we do not know stands for itself; a pattern that means none is empty. */
export function expandAction(pattern: string): readonly string[] {
  const wild = /[*?]/.test(pattern);
  if (!wild) return [iamAction(pattern)?.name ?? pattern];
  const known = expanded.get(pattern);
  if (known !== undefined) return known;
  const [service = '', name = '*'] = pattern.toLowerCase().split(':');
  const found: string[] = [];
  const meant = /[*?]/.test(service) ? services().filter((prefix) => absorbs(service, prefix)) : [service];
  for (const prefix of meant) {
    for (const [key, action] of actionsOf(prefix)) if (absorbs(name, key)) found.push(action.name);
  }
  if (expanded.size >= 500) expanded.clear();
  expanded.set(pattern, found);
  return found;
}

const expanded = new Map<string, readonly string[]>();
