/**
 * The catalog's notation for what an operation needs. One access a `;`: `Action@resources`, where an empty action is the operation's name, one
 * without a colon has the service's prefix, and no `@` means `*`. Resources are joined by `&`:
 *
 *   `3(cluster,services[])`   ARN template 3 of the file's first line, its gaps filled from members of the request; `!` before it where the
 *                             action needs such a resource, so that it is named with `*` in its gaps when the request names none
 *   `=roleArn`                the member itself is the ARN
 *
 * A member is `:label`, `?query`, `^header` or a path in the body (`Entries[].Bus`); `|` separates alternatives, `'text'` is a fixed value.
 * `+` before an access: it is needed only where the request names a resource of it (a role that is passed).
 * Extras: `p=` the prefix of a list call, `n=` the list that counts items.
 */
export interface AccessRule {
  readonly accesses: readonly AccessPattern[];
  readonly prefix: Reference | null;
  readonly count: string | null;
  /** Paths that are read in the body; empty where the head says it all. */
  readonly body: readonly string[];
}

export interface AccessPattern {
  readonly action: string;
  readonly optional: boolean;
  readonly resources: readonly ResourcePattern[];
}

export interface ResourcePattern {
  /** Pieces of the ARN around the gaps, with `R` and `A` for region and account; null where the member is the ARN. */
  readonly template: string | null;
  readonly required: boolean;
  /** Alternatives for each gap, first present wins. */
  readonly slots: readonly (readonly Reference[])[];
}

export interface Reference {
  readonly from: 'label' | 'query' | 'header' | 'body' | 'fixed';
  readonly name: string;
}

export function parseAccess(
  prefix: string,
  operation: string,
  text: string,
  extras: string,
  templates: readonly string[],
): AccessRule {
  const body = new Set<string>();
  const reference = (written: string): Reference => {
    const mark = written.charAt(0);
    if (mark === ':') return { from: 'label', name: written.slice(1) };
    if (mark === '?') return { from: 'query', name: written.slice(1).replace('[]', '') };
    if (mark === '^') return { from: 'header', name: written.slice(1).replace('[]', '') };
    if (mark === "'") return { from: 'fixed', name: written.slice(1, -1) };
    body.add(written);
    return { from: 'body', name: written };
  };
  const resource = (written: string): ResourcePattern => {
    const required = written.startsWith('!');
    const rest = required ? written.slice(1) : written;
    if (rest.startsWith('=')) return { template: null, required, slots: [rest.slice(1).split('|').map(reference)] };
    const open = rest.indexOf('(');
    const inside = rest.slice(open + 1, -1);
    return {
      template: templates[Number(rest.slice(0, open))] ?? null,
      required,
      slots: inside.split(',').map((slot) => (slot === '' ? [] : slot.split('|').map(reference))),
    };
  };
  const accesses = text.split(';').map((written): AccessPattern => {
    const optional = written.startsWith('+');
    const [action = '', resources] = (optional ? written.slice(1) : written).split('@');
    return {
      action: action.includes(':') ? action : `${prefix}:${action === '' ? operation : action}`,
      optional,
      resources: resources === undefined ? [] : resources.split('&').map(resource),
    };
  });
  let listPrefix: Reference | null = null;
  let count: string | null = null;
  for (const extra of extras.split(' ')) {
    if (extra.startsWith('p=')) listPrefix = reference(extra.slice(2));
    if (extra.startsWith('n=')) {
      count = extra.slice(2);
      if (!/^[:?^]/.test(count)) body.add(`${count}[]`);
    }
  }
  return { accesses, prefix: listPrefix, count, body: [...body] };
}
