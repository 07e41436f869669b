/** The names in SignedHeaders, in their order: lower case, each once. */
export class SignedNames {
  readonly names: readonly string[];
  /** As it stands in SignedHeaders and in the canonical request. */
  readonly text: string;
  readonly #places = new Map<string, number>();

  constructor(names: readonly string[]) {
    this.names = names;
    this.text = names.join(';');
    for (const [place, name] of names.entries()) this.#places.set(name, place);
  }

  /** -1 where it is not signed. */
  placeOf(name: string): number {
    return this.#places.get(name) ?? -1;
  }

  /** A name that stands there twice would be read by some as signed once. */
  get distinct(): boolean {
    return this.#places.size === this.names.length;
  }

  without(name: string): SignedNames {
    return new SignedNames(this.names.filter((one) => one !== name));
  }
}

/** What a request has of the fields that are signed, each by the place of its name. */
export interface SignedFields {
  /** Canonical: those of one name joined in order. Empty where no field bears the name. */
  readonly values: readonly string[];
  /** Where the field stands in the head, the last one of its name; -1 where there is none. */
  readonly at: readonly number[];
  /** The first `x-amz-*` field that is not signed, in lower case; null where there is none. */
  readonly unsignedAmz: string | null;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** What one field says. */
interface Said {
  /** -1 where it is not signed. */
  readonly place: number;
  readonly canonical: string;
  readonly unsignedAmz: string | null;
}

/**
 * The head before this one. Lines that come again on a connection are the same fields, not only like ones, and the same field says the same by the same names. One
 * head only: fields hold the text that they were cut from.
 */
let before: { readonly headers: Headers; readonly signed: SignedNames; readonly said: readonly Said[] } | null = null;

/** One pass over the head, however many are signed. */
export function readFields(headers: Headers, signed: SignedNames): SignedFields {
  const values: string[] = new Array(signed.names.length).fill('');
  const at: number[] = new Array(signed.names.length).fill(-1);
  let unsignedAmz: string | null = null;
  const known = before?.signed === signed ? before : null;
  const said: Said[] = [];
  for (let i = 0; i < headers.length; i++) {
    const one = known !== null && known.headers[i] === headers[i] ? known.said[i]! : read(headers[i]!, signed);
    said.push(one);
    const { place, canonical } = one;
    if (place < 0) unsignedAmz ??= one.unsignedAmz;
    else {
      values[place] = at[place] === -1 ? canonical : `${values[place]},${canonical}`;
      at[place] = i;
    }
  }
  before = { headers, signed, said };
  return { values, at, unsignedAmz };
}

function read([name, value]: Headers[number], signed: SignedNames): Said {
  let lower = name;
  let place = signed.placeOf(name);
  if (place < 0) {
    lower = name.toLowerCase();
    place = signed.placeOf(lower);
  }
  if (place < 0) return { place, canonical: '', unsignedAmz: lower.startsWith('x-amz-') ? lower : null };
  return { place, canonical: canonicalValue(value), unsignedAmz: null };
}

/** Outer space removed, inner runs of spaces folded. */
export function canonicalValue(value: string): string {
  // Not trim(): that takes A0 for space, which ends the UTF-8 of some letters.
  const isOuter = value.charCodeAt(0) <= 0x20 || value.charCodeAt(value.length - 1) <= 0x20;
  const plain = isOuter ? value.replace(/^[ \t]+|[ \t]+$/g, '') : value;
  return plain.includes('  ') ? plain.replace(/ {2,}/g, ' ') : plain;
}
