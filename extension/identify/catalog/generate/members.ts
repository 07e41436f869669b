import type { MemberModel, OperationModel, ServiceModel } from './botocore.ts';

/** One member of an operation's input, with where it stands in a request. */
export interface Member {
  readonly name: string;
  /** As the request carries it: `:label`, `?query`, `^header`, or a path in the body with `[]` after lists (`Entries[].Bus`). */
  readonly reference: string;
  readonly required: boolean;
  /** 0 at the top of the input. */
  readonly depth: number;
  readonly type: string;
}

const SCALARS = new Set(['string', 'integer', 'long', 'boolean', 'timestamp', 'double', 'float', 'blob']);

/** Scalars, lists of scalars, and the same inside of structures down to `depth`, in the order of the model. */
export function membersOf(model: ServiceModel, operation: OperationModel, depth = 2): Member[] {
  if (operation.input === undefined) return [];
  const input = model.shapes[operation.input.shape]!;
  const found: Member[] = [];
  const kind = model.metadata.protocol;
  const rest = kind.startsWith('rest');

  const wireName = (name: string, member: MemberModel): string => {
    if (kind !== 'ec2') return member.locationName ?? name;
    if (member.queryName !== undefined) return member.queryName;
    const located = member.locationName ?? name;
    return located.charAt(0).toUpperCase() + located.slice(1);
  };

  const walk = (shape: string, path: string, level: number, required: boolean, trail: readonly string[]): void => {
    if (trail.includes(shape)) return;
    const structure = model.shapes[shape]!;
    for (const [name, member] of Object.entries(structure.members ?? {})) {
      const needed = required && (structure.required ?? []).includes(name);
      add(name, member, path, level, needed, [...trail, shape]);
    }
  };

  const add = (
    name: string,
    member: MemberModel,
    path: string,
    level: number,
    required: boolean,
    trail: readonly string[],
  ): void => {
    const shape = model.shapes[member.shape]!;
    const location = rest && level === 0 ? member.location : undefined;
    const wire = wireName(name, member);
    if (location === 'uri') push(name, `:${wire}`, required, level, shape.type);
    else if (location === 'querystring') push(name, `?${wire}`, required, level, shape.type);
    else if (location === 'header') push(name, `^${wire.toLowerCase()}`, required, level, shape.type);
    else if (location !== undefined) return;
    else if (rest && level === 0 && input.payload === name) {
      if (shape.type === 'structure') walk(member.shape, '', 1, required, trail);
    } else {
      const here = `${path}${wire}`;
      if (SCALARS.has(shape.type)) push(name, here, required, level, shape.type);
      else if (shape.type === 'list') {
        const item = model.shapes[shape.member!.shape]!;
        if (SCALARS.has(item.type)) push(name, `${here}[]`, required, level, 'list');
        else if (item.type === 'structure') {
          push(name, `${here}[]`, required, level, 'structures');
          if (level < depth) walk(shape.member!.shape, `${here}[].`, level + 1, required, trail);
        }
      } else if (shape.type === 'map') push(name, here, required, level, 'map');
      else if (shape.type === 'structure' && level < depth) walk(member.shape, `${here}.`, level + 1, required, trail);
    }
  };

  const push = (name: string, reference: string, required: boolean, level: number, type: string): void => {
    if (!/[\s,;|()@!\t]/.test(reference)) found.push({ name, reference, required, depth: level, type });
  };

  walk(operation.input.shape, '', 0, true, []);
  return found;
}
