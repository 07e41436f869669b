import { type AccessRule, parseAccess } from '../notation.ts';
import type { Binder } from '../reading.ts';
import type { ServiceRow } from './index.ts';
import { type PathPattern, parsePattern } from './path-pattern.ts';

/** One operation of the catalog. */
export interface Operation {
  readonly name: string;
  readonly service: Service;
  /** True where it may come unsigned (AssumeRoleWithWebIdentity). */
  readonly unsigned: boolean;
  /** Method and path; null in protocols that have none of their own. */
  readonly pattern: PathPattern | null;
  /** `?name` and `^name` that tell it from operations of the same method and path. */
  readonly marks: readonly string[];
  /** What it needs, and where that stands. */
  readonly access: () => AccessRule;
  /** Where its resources follow from what no rule can say; otherwise the service's. */
  readonly binder?: Binder;
}

export interface Service {
  readonly row: ServiceRow;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Operations with a path of their own, by method; the most literal first. */
  readonly byMethod: ReadonlyMap<string, readonly Operation[]>;
}

export function readService(row: ServiceRow, file: string): Service {
  const lines = file.split('\n');
  const templates = lines[0]!.split('\t');
  const operations = new Map<string, Operation>();
  const byMethod = new Map<string, Operation[]>();
  const rest = row.protocols.some((protocol) => protocol.startsWith('rest'));
  const service: Service = { row, operations, byMethod };
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const fields = line.split('\t');
    const head = fields[0]!;
    const unsigned = head.startsWith('~');
    const name = unsigned ? head.slice(1) : head;
    const [access = '', extras = ''] = fields.slice(rest ? 3 : 1);
    const pattern = rest ? parsePattern(fields[1]!) : null;
    let rule: AccessRule | null = null;
    const operation: Operation = {
      name,
      service,
      unsigned,
      pattern,
      marks: fields[2] && rest ? fields[2].split(',') : [],
      access: () => (rule ??= parseAccess(row.prefix, name, access, extras, templates)),
    };
    operations.set(name, operation);
    if (pattern !== null) {
      const group = byMethod.get(pattern.method);
      if (group === undefined) byMethod.set(pattern.method, [operation]);
      else group.push(operation);
    }
  }
  for (const group of byMethod.values()) group.sort((a, b) => compare(a, b));
  return service;
}

/** Most literal first: segments that are fixed before labels, from the left; then query literals, then marks. */
function compare(a: Operation, b: Operation): number {
  const left = a.pattern!;
  const right = b.pattern!;
  if (left.weight !== right.weight) return left.weight < right.weight ? 1 : -1;
  return right.query.length - left.query.length || b.marks.length - a.marks.length;
}
