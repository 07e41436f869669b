/**
 * Thrown inside identification where a request could be read in two ways: the sentence becomes the `reason` of an ambiguous call. It is no
 * Error, so that an attacker who sends many of them does not make us collect stack traces.
 */
export class Doubt {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export function doubt(reason: string): never {
  throw new Doubt(reason);
}
