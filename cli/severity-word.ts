import type { Severity } from '../baseline/finding.ts';

/** For people: what is worth a line only is a notice; `info` stands in files. */
export const severityWord = (severity: Severity): string => (severity === 'info' ? 'notice' : severity);
