/**
 * The first few different members of a set, then only that there were many. Joins as a set: commutative, associative, idempotent; it only ever grows. As text the members
 * sorted, with a dot between, or `*`.
 */
export class Few {
  readonly #most: number;
  #members: Set<string> | null = new Set();

  constructor(most: number) {
    this.#most = most;
  }

  add(member: string): void {
    if (this.#members === null) return;
    this.#members.add(member);
    if (this.#members.size > this.#most) this.#members = null;
  }

  join(other: Few): void {
    if (other.#members === null) this.#members = null;
    else for (const member of other.#members) this.add(member);
  }

  has(member: string): boolean {
    return this.#members === null || this.#members.has(member);
  }

  /** True where joining the other would change nothing. */
  covers(other: Few): boolean {
    if (this.#members === null) return true;
    const known = this.#members;
    return other.#members !== null && [...other.#members].every((member) => known.has(member));
  }

  /** Null where there are many. */
  get members(): readonly string[] | null {
    return this.#members === null ? null : [...this.#members].sort();
  }

  toText(): string {
    return this.members?.join('.') ?? '*';
  }

  static read(text: string, most: number): Few {
    const few = new Few(most);
    if (text === '*') few.#members = null;
    else for (const member of text.split('.').slice(0, most + 1)) if (MEMBER.test(member)) few.add(member);
    return few;
  }
}

const MEMBER = /^[\w$-]{1,32}$/;
