/** Thrown where a request is for what the catalog does not have; like Doubt no Error, so that it costs nothing. */
export class Unknown {
  readonly reason: string;
  /** IAM prefix, where the request shows the service. */
  readonly service: string | null;

  constructor(reason: string, service: string | null) {
    this.reason = reason;
    this.service = service;
  }
}

export function unknown(reason: string, service: string | null): never {
  throw new Unknown(reason, service);
}

export const isUnknown = (thrown: unknown): thrown is Unknown => thrown instanceof Unknown;
