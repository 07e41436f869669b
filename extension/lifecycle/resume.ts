/** What the shell hands to the successor of a sensor process that died after it had registered: "IDENTIFIER PORT". */
export interface Resumption {
  readonly identifier: string;
  readonly port: number;
}

/** Null for the first process of an environment. */
export function readResumption(text: string | undefined): Resumption | null {
  const [identifier, port] = (text ?? '').trim().split(/\s+/);
  if (!identifier) return null;
  const number = Number(port);
  return { identifier, port: Number.isInteger(number) && number > 0 && number < 65_536 ? number : 0 };
}
