import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `service:line:Operation` → action → ARNs. */
export type Expectations = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

const folder = fileURLToPath(new URL('./', import.meta.url));

export function expectations(): Expectations {
  const all = new Map<string, Map<string, Set<string>>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    const service = file.slice(0, -'.txt'.length);
    let prefix = service;
    for (const [index, line] of readFileSync(folder + file, 'utf8')
      .split('\n')
      .entries()) {
      if (line.startsWith('prefix ')) prefix = line.slice('prefix '.length);
      const [operations, , access] = line.split(' | ');
      if (operations === undefined || access === undefined) continue;
      for (const operation of operations.trim().split(/\s+/))
        all.set(`${service}:${index + 1}:${operation}`, accessOf(access, `${prefix}:${operation}`));
    }
  }
  return all;
}

function accessOf(written: string, own: string): Map<string, Set<string>> {
  return new Map(
    written.split(' ; ').map((one) => {
      const [action = '', ...resources] = one.trim().split(' ');
      return [action === '!' ? own : action, new Set(resources.map(arn))] as const;
    }),
  );
}

/** `@sqs:orders`, `@iam::role/app`: the request's own region and account. */
function arn(written: string): string {
  const global = /^@([a-z0-9-]+)::(.*)$/.exec(written);
  if (global !== null) return `arn:aws:${global[1]}::111122223333:${global[2]}`;
  const regional = /^@([a-z0-9-]+):(.*)$/.exec(written);
  return regional === null ? written : `arn:aws:${regional[1]}:us-east-1:111122223333:${regional[2]}`;
}
