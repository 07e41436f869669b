import type { Endpoint } from './endpoint.ts';

/** No AWS service: the host that an intruder sends to. It takes what comes. */
export function createCollector(host: string): Endpoint & { readonly taken: Buffer[] } {
  const taken: Buffer[] = [];
  return {
    taken,
    serves: (name) => name === host,
    operation: ({ method }) => method,
    answer({ body }) {
      taken.push(body);
      return { status: 204, body: '' };
    },
  };
}
