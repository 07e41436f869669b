import { BaselineError } from './baseline-error.ts';

/** A value with its place in the document, for errors that say where. The place is put together only where one is made: a fleet's document has millions of values. */
export class Reader {
  readonly source: string;
  readonly value: unknown;
  readonly #parent: Reader | null;
  readonly #key: string | number;

  constructor(source: string, parent: Reader | null, key: string | number, value: unknown) {
    this.source = source;
    this.value = value;
    this.#parent = parent;
    this.#key = key;
  }

  get path(): string {
    if (this.#parent === null) return '$';
    const key = this.#key;
    if (typeof key === 'number') return `${this.#parent.path}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key)
      ? `${this.#parent.path}.${key}`
      : `${this.#parent.path}[${JSON.stringify(key.slice(0, 120))}]`;
  }

  fail(expected: string): never {
    throw new BaselineError(
      'baseline-field',
      `${this.source}: ${this.path} is ${shown(this.value)}, expected ${expected}`,
    );
  }

  object(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) this.fail('an object');
    return this.value as Record<string, unknown>;
  }

  at(key: string): Reader {
    const object = this.object();
    return new Reader(this.source, this, key, Object.hasOwn(object, key) ? object[key] : undefined);
  }

  optional<T>(key: string, read: (reader: Reader) => T, otherwise: T): T {
    const reader = this.at(key);
    return reader.value === undefined ? otherwise : read(reader);
  }

  map<T>(read: (reader: Reader, key: string) => T): Record<string, T> {
    const object = this.object();
    const found: Record<string, T> = {};
    for (const key of Object.keys(object)) {
      const value = read(new Reader(this.source, this, key, object[key]), key);
      // As a name of its own, not as the object's prototype
      if (key === '__proto__')
        Object.defineProperty(found, key, { value, enumerable: true, configurable: true, writable: true });
      else found[key] = value;
    }
    return found;
  }

  list<T>(read: (reader: Reader) => T): T[] {
    if (!Array.isArray(this.value)) this.fail('a list');
    return (this.value as unknown[]).map((item, i) => read(new Reader(this.source, this, i, item)));
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a string');
  }

  count(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value) && this.value >= 0
      ? this.value
      : this.fail('a number of 0 or more');
  }
}

export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
