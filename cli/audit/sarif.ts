import { pathToFileURL } from 'node:url';
import type { Severity } from '../../baseline/finding.ts';
import { rules } from '../../baseline/policy/audit/audit.ts';
import type { AuditFinding } from '../../baseline/policy/audit/model.ts';

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** What GitHub's code scanning sorts by (0 to 10). */
const SECURITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

/** SARIF 2.1.0 (OASIS). */
export function sarif(findings: readonly AuditFinding[], version: string, folder: string) {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'rolefence audit',
            semanticVersion: version,
            rules: rules.map(({ id, title, why, fix, severity }) => ({
              id,
              name: title.replace(/[^A-Za-z]+(.)?/g, (_match, next?: string) => (next ?? '').toUpperCase()),
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: `${why} ${fix}` },
              defaultConfiguration: { level: LEVEL[severity] },
              properties: { 'security-severity': SECURITY[severity], tags: ['security', 'iam'] },
            })),
          },
        },
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(folder).href}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ ruleId, severity, file, line, resource, message, fix }) => ({
          ruleId,
          ruleIndex: rules.findIndex(({ id }) => id === ruleId),
          level: LEVEL[severity],
          message: { text: `${resource}: ${message}. ${fix}` },
          locations: [
            {
              physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } },
              logicalLocations: [{ name: resource, kind: 'resource' }],
            },
          ],
          partialFingerprints: { 'rolefenceFinding/v1': `${ruleId}/${resource}/${message}`.slice(0, 200) },
        })),
      },
    ],
  };
}

function artifact(file: string) {
  if (file === 'standard input') return { uri: 'stdin' };
  if (file.startsWith('/')) return { uri: pathToFileURL(file).href };
  return {
    uri: file
      .split('/')
      .map(encodeURIComponent)
      .join('/')
      .replace(/^(?:\.\/)+/, ''),
    uriBaseId: 'SRCROOT',
  };
}
