import type { BaselineDocument } from '../baseline/model/document.ts';
import { entryFor } from '../baseline/model/entry-for.ts';

/** IAM prefixes whose endpoint has another name. Services with endpoints of each account's own (API Gateway, IoT data) are not foreseen. */
const ENDPOINT: Readonly<Record<string, string | null>> = {
  ses: 'email',
  cloudwatch: 'monitoring',
  states: 'states',
  'execute-api': null,
  iot: null,
  iam: null,
};
/** What most functions call first, where no baseline tells. */
const USUAL = ['dynamodb', 's3', 'sts'];
const MOST = 12;

/**
 * Hosts that the function is likely to call, the likeliest first: from its baseline, else the usual ones of its region. A guess for the sake of speed: nothing is allowed or
 * learned because of it.
 */
export function expectedHosts(document: BaselineDocument | null, name: string | null, region: string | null): string[] {
  const entry = document === null ? null : entryFor(document, name);
  if (entry === null) return USUAL.map((service) => `${service}.${region ?? 'us-east-1'}.amazonaws.com`);
  const hosts = new Set<string>();
  for (const [action, { regions, resources }] of Object.entries(entry.actions)) {
    const prefix = action.slice(0, action.indexOf(':'));
    const label = Object.hasOwn(ENDPOINT, prefix) ? ENDPOINT[prefix] : prefix;
    if (label == null || !/^[a-z0-9-]+$/.test(label)) continue;
    const [where] = Object.keys(regions).filter((known) => known !== 'none');
    if (where === undefined) continue;
    const buckets = prefix === 's3' ? Object.keys(resources).map(bucketOf) : [];
    for (const bucket of buckets) if (bucket !== null) hosts.add(`${bucket}.s3.${where}.amazonaws.com`);
    if (buckets.length === 0) hosts.add(`${label}.${where}.amazonaws.com`);
  }
  return [...hosts].slice(0, MOST);
}

/** Null where the bucket varies, or its name cannot be a label of a host. */
function bucketOf(arn: string): string | null {
  return /^arn:aws:s3:::([a-z0-9-]{3,63})(?:[/?]|$)/.exec(arn)?.[1] ?? null;
}
