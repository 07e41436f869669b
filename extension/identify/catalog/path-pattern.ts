/** A path with labels, as Smithy's http trait writes it: `/2015-03-31/functions/{FunctionName}?literal`. */
export interface PathPattern {
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Literal parameters of the query that the request must carry; null for any value. */
  readonly query: readonly (readonly [name: string, value: string | null])[];
  /** Orders patterns that match the same path: 2 a literal, 1 a label, 0 a greedy one, from the left. */
  readonly weight: string;
  readonly greedy: boolean;
  /** Ends in a slash, which decides only between patterns that differ in nothing else. */
  readonly slash: boolean;
}

export type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'label'; readonly name: string; readonly before: string; readonly after: string }
  | { readonly kind: 'greedy'; readonly name: string };

export function parsePattern(text: string): PathPattern {
  const space = text.indexOf(' ');
  const [path = '', query] = text.slice(space + 1).split('?');
  const parts = path.split('/').slice(1);
  const slash = parts.length > 1 && parts.at(-1) === '';
  if (slash) parts.pop();
  const segments = parts.map((part): Segment => {
    const label = /^([^{]*)\{([^}]*)\}(.*)$/.exec(part);
    if (label === null) return { kind: 'literal', text: part };
    const name = label[2]!;
    if (name.endsWith('+')) return { kind: 'greedy', name: name.slice(0, -1) };
    return { kind: 'label', name, before: label[1]!, after: label[3]! };
  });
  return {
    method: text.slice(0, space),
    segments,
    query: (query ?? '')
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', value] = pair.split('=');
        return [name, value ?? null] as const;
      }),
    weight: segments.map(({ kind }) => (kind === 'literal' ? '2' : kind === 'label' ? '1' : '0')).join(''),
    greedy: segments.some(({ kind }) => kind === 'greedy'),
    slash,
  };
}

export type Labels = Map<string, string>;

/**
 * Raw segments of a path against a pattern: the labels as they stand in the path, still percent-encoded; null where it does not match.
 * An empty segment matches no label: SDKs refuse to send one.
 */
export function matchPath(pattern: PathPattern, path: readonly string[]): Labels | null {
  const { segments } = pattern;
  if (!pattern.greedy && segments.length !== path.length) return null;
  const labels: Labels = new Map();
  let at = 0;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!;
    if (segment.kind === 'greedy') {
      const after = segments.length - index - 1;
      const end = path.length - after;
      if (end <= at) return null;
      labels.set(segment.name, path.slice(at, end).join('/'));
      at = end;
      continue;
    }
    const part = path[at++];
    if (part === undefined) return null;
    if (segment.kind === 'literal') {
      if (part !== segment.text) return null;
    } else {
      const { before, after, name } = segment;
      if (part.length <= before.length + after.length || !part.startsWith(before) || !part.endsWith(after)) return null;
      labels.set(name, part.slice(before.length, part.length - after.length));
    }
  }
  return at === path.length ? labels : null;
}
