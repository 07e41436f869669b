import type { Kin } from './deviation.ts';
import { remember } from './remember.ts';

/** New names beside others of their kind (`kin.ts`) that were told: of one kind a few, and of one name as few. */
export class Families {
  /** By family: the first of its names that were told. */
  readonly #families = new Map<string, Set<string>>();
  /** By name: the first invocations that told of it. */
  readonly #names = new Map<string, number[]>();

  /** Why one more says nothing new; null where it does. */
  known({ family, name }: Kin, unit: number): string | null {
    const told = this.#families.get(family);
    if (told !== undefined && told.size >= LOUD_FAMILY && !told.has(name))
      return 'new ones of this kind have been told several times';
    const units = this.#names.get(name);
    return units !== undefined && units.length >= LOUD_NAME && !units.includes(unit)
      ? 'this name has been told already'
      : null;
  }

  /** It was told. */
  note({ family, name }: Kin, unit: number): void {
    const known = this.#families.get(family) ?? new Set();
    if (known.size < LOUD_FAMILY) known.add(name);
    remember(this.#families, family, known);
    const units = this.#names.get(name) ?? [];
    if (units.length < LOUD_NAME && !units.includes(unit)) units.push(unit);
    remember(this.#names, name, units);
  }
}

const LOUD_FAMILY = 3;
const LOUD_NAME = 1;
