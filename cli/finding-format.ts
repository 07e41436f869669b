import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import { oneOf } from './options.ts';

/** How findings are written: as the finding record, as OCSF Detection Finding, or as AWS Security Finding. One JSON object a finding. */
export type FindingFormat = 'finding' | 'ocsf' | 'asff';

export const FINDING_FORMATS: readonly FindingFormat[] = ['finding', 'ocsf', 'asff'];

/** `json` is what all commands understand; here the output is JSON in any case. */
export const findingFormat = (value: string | undefined): FindingFormat =>
  value === 'json' ? 'finding' : oneOf('--format', value ?? 'finding', FINDING_FORMATS);

/** A line without its end. `call` is the one that raised it, where it is at hand. The two standard forms are loaded when asked for. */
export type FindingWriter = (finding: Finding, call?: Call) => string;

export async function findingWriter(format: FindingFormat): Promise<FindingWriter> {
  if (format === 'finding') return (finding) => JSON.stringify(finding);
  const context = (call: Call | undefined) => (call === undefined ? {} : { call });
  if (format === 'ocsf') {
    const { toOcsf } = await import('../extension/alerts/ocsf.ts');
    return (finding, call) => JSON.stringify(toOcsf(finding, context(call)));
  }
  const { toAsff } = await import('../extension/alerts/asff.ts');
  return (finding, call) => JSON.stringify(toAsff(finding, context(call)));
}
