import { placeIn } from '../model/capped.ts';
import type { NamedPlace } from '../model/function-model.ts';

/**
 * Which versions were invoked under which alias, from when to when (hours since 1970), as environments tell it. An alias that led to two versions at the same time was a
 * canary. Joins as a set.
 */
export class Deployments {
  readonly #aliases = new Map<string, Map<string, readonly [from: number, to: number]>>();

  add(alias: string, version: string, from: number, to: number): void {
    if (!NAME.test(alias) || !NAME.test(version) || !(from <= to) || from < 0 || to > LATEST) return;
    const versions = this.#aliases.get(alias) ?? new Map<string, readonly [number, number]>();
    const known = versions.get(version);
    versions.set(version, known === undefined ? [from, to] : [Math.min(known[0], from), Math.max(known[1], to)]);
    keepLatest(versions, MOST_VERSIONS);
    this.#aliases.set(alias, versions);
    keepLatest(this.#aliases, MOST_ALIASES);
  }

  join(other: Deployments): void {
    for (const [alias, versions] of other.#aliases)
      for (const [version, [from, to]] of versions) this.add(alias, version, from, to);
  }

  /** As a model has them. */
  *places(): Generator<NamedPlace> {
    yield { what: 'aliases', of: '', place: placeIn(this.#aliases, MOST_ALIASES) };
    for (const [of, versions] of this.#aliases)
      yield { what: 'versions of an alias', of, place: placeIn(versions, MOST_VERSIONS) };
  }

  has(alias: string, version: string): boolean {
    return this.#aliases.get(alias)?.has(version) ?? false;
  }

  /** Aliases that lead or led to this version. */
  of(version: string): Deployment[] {
    const found: Deployment[] = [];
    for (const [alias, versions] of [...this.#aliases].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const own = versions.get(version);
      if (own === undefined) continue;
      const beside = [...versions].filter(([name, [from, to]]) => name !== version && from <= own[1] && to >= own[0]);
      found.push({ alias, beside: beside.map(([name]) => name).sort(byNumber) });
    }
    return found;
  }

  toJson(): Record<string, Record<string, readonly [number, number]>> {
    const sorted = <T>(map: ReadonlyMap<string, T>) =>
      Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    return sorted(new Map([...this.#aliases].map(([alias, versions]) => [alias, sorted(versions)])));
  }

  /** What is none of ours is left out. */
  static read(value: unknown): Deployments {
    const deployments = new Deployments();
    for (const [alias, versions] of entries(value))
      for (const [version, span] of entries(versions))
        if (Array.isArray(span) && span.length === 2) deployments.add(alias, version, Number(span[0]), Number(span[1]));
    return deployments;
  }
}

export interface Deployment {
  readonly alias: string;
  /** Versions that the alias led to in the same hours: the canary's other half, or what it replaced. */
  readonly beside: readonly string[];
}

const NAME = /^[\w$-]{1,128}$/;
const MOST_ALIASES = 16;
/** As many as a model has. */
const MOST_VERSIONS = 64;
/** The year 9999. */
const LATEST = 70_400_000;

const byNumber = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : a > b ? 1 : 0);

/** Of too many the last in order stay: a cap that only looks at names, so that the order of joins does not matter. */
function keepLatest<T>(map: Map<string, T>, most: number): void {
  while (map.size > most) map.delete([...map.keys()].sort(byNumber)[0]!);
}

const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
