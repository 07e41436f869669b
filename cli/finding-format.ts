import type { Finding } from '../baseline/finding.ts';
import { oneOf } from './options.ts';

/** How findings are written: as the finding record, as OCSF Detection Finding, or as AWS Security Finding. One JSON object a finding. */
export type FindingFormat = 'finding' | 'ocsf' | 'asff';

export const FINDING_FORMATS: readonly FindingFormat[] = ['finding', 'ocsf', 'asff'];

export const findingFormat = (value: string | undefined): FindingFormat =>
  oneOf('--format', value ?? 'finding', FINDING_FORMATS);

/** A line without its end. The two standard forms are loaded when asked for. */
export async function findingWriter(format: FindingFormat): Promise<(finding: Finding) => string> {
  if (format === 'finding') return JSON.stringify;
  throw new Error(`format ${format} is not there yet`);
}
