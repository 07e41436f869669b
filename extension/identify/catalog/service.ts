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

/** One service's table. An operation's line is read when it is first asked for: of a service's hundreds a function calls a few. */
export class Service {
  readonly row: ServiceRow;
  readonly #templates: readonly string[];
  readonly #rest: boolean;
  /** Lines by the operation's name: more than one where releases in use send it to different paths. */
  readonly #lines = new Map<string, string | readonly string[]>();
  readonly #read = new Map<string, readonly Operation[]>();
  readonly #methods = new Map<string, readonly Operation[]>();

  constructor(row: ServiceRow, file: string) {
    this.row = row;
    this.#rest = row.protocols.some((protocol) => protocol.startsWith('rest'));
    const lines = file.split('\n');
    this.#templates = lines[0]!.split('\t');
    for (let index = 1; index < lines.length; index++) {
      const line = lines[index]!;
      if (line === '') continue;
      const tab = line.indexOf('\t');
      const name = line.slice(line.startsWith('~') ? 1 : 0, tab < 0 ? undefined : tab);
      const before = this.#lines.get(name);
      this.#lines.set(name, before === undefined ? line : [before, line].flat());
    }
  }

  operation(name: string): Operation | undefined {
    return this.#named(name)[0];
  }

  #named(name: string): readonly Operation[] {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const lines = this.#lines.get(name);
    if (lines === undefined) return [];
    const operations = [lines].flat().map((line) => this.#operation(name, line));
    this.#read.set(name, operations);
    return operations;
  }

  get operations(): readonly Operation[] {
    return [...this.#lines.keys()].flatMap((name) => this.#named(name));
  }

  /** Operations with a path of their own; the most literal first. */
  byMethod(method: string): readonly Operation[] {
    let group = this.#methods.get(method);
    if (group === undefined) {
      const start = `\t${method} /`;
      const lines = this.#rest ? [...this.#lines] : [];
      group = lines
        .filter(([, line]) => [line].flat().some((one) => one.includes(start)))
        .flatMap(([name]) => this.#named(name).filter(({ pattern }) => pattern!.method === method))
        .sort(compare);
      // Methods are the client's own words: only those that have operations are kept.
      if (group.length > 0) this.#methods.set(method, group);
    }
    return group;
  }

  #operation(name: string, line: string): Operation {
    const fields = line.split('\t');
    const { row } = this;
    const templates = this.#templates;
    const [access = '', extras = ''] = fields.slice(this.#rest ? 3 : 1);
    let rule: AccessRule | null = null;
    return {
      name,
      service: this,
      unsigned: line.startsWith('~'),
      pattern: this.#rest ? parsePattern(fields[1]!) : null,
      marks: this.#rest && fields[2] ? fields[2].split(',') : [],
      access: () => (rule ??= parseAccess(row.prefix, name, access, extras, templates)),
    };
  }
}

/** Most literal first: segments that are fixed before labels, from the left; then query literals, then marks. */
function compare(a: Operation, b: Operation): number {
  const left = a.pattern!;
  const right = b.pattern!;
  if (left.weight !== right.weight) return left.weight < right.weight ? 1 : -1;
  return right.query.length - left.query.length || b.marks.length - a.marks.length;
}
