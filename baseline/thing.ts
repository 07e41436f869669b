import type { Finding } from './finding.ts';
import { resourcePath } from './names/resource-path.ts';

/**
 * What a finding is about: the action and the bucket, table or host it was on, made of these alone. A story's key groups what belongs together and names only its first
 * thing: whoever shows findings shows each thing of a story, and counts what is about the same one.
 */
export function thingOf({ action, resource, key }: Pick<Finding, 'action' | 'resource' | 'key'>): string {
  if (resource === null) return action ?? key;
  const { key: stem, path } = resourcePath(resource);
  const where = path === null ? stem : `${stem}*`;
  return action === null ? where : `${action} ${where}`;
}
