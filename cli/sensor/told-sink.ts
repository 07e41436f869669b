import type { Finding } from '../../baseline/finding.ts';
import type { Sink } from '../../extension/alerts/sink.ts';
import { counted } from '../progress.ts';
import { type Style, styleFor, visible } from '../style.ts';

interface Told {
  readonly finding: Finding;
  more: number;
}

/** Distinct things told of; what comes beyond is counted. */
const MAX_TOLD = 200;

/**
 * Findings for the person at the terminal: each thing once, as one line; how often it came again is said at the end. Every single one is in
 * `--findings`.
 */
export function createToldSink(write: (line: string) => void, style: Style = styleFor(process.stderr)): Sink {
  const told = new Map<string, Told>();
  let beyond = 0;
  return {
    name: 'terminal',
    deliver(finding) {
      // One story can hold several actions under one key: each is worth a line.
      const key = `${finding.detector}\u0000${finding.key}\u0000${finding.action}\u0000${finding.blocked}`;
      const known = told.get(key);
      if (known !== undefined) known.more++;
      else if (told.size >= MAX_TOLD) beyond++;
      else {
        told.set(key, { finding, more: 0 });
        write(`rolefence: ${sentence(finding, style)}`);
      }
    },
    async flush(_capMs, last) {
      if (last !== true) return;
      for (const entry of told.values()) {
        if (entry.more > 0) write(`rolefence: ${entry.more} more of: ${plain(entry.finding)}`);
        entry.more = 0;
      }
      if (beyond > 0) write(`rolefence: ${counted(beyond, 'more finding')}; --findings FILE has them all`);
      beyond = 0;
    },
  };
}

function sentence(finding: Finding, style: Style): string {
  const { severity, reason, blocked, techniques } = finding;
  const strong = severity === 'critical' || severity === 'high';
  const word = blocked ? style.red(style.bold('refused')) : strong ? style.red(severity) : style.yellow(severity);
  return `${word} ${visible(subject(finding) + reason)}${techniques.length === 0 ? '' : style.dim(` [${techniques.join(' ')}]`)}`;
}

/** The resource where the reason does not name it. */
function subject({ action, resource, reason }: Finding): string {
  const parts = [action, resource === '*' ? null : resource].filter((part): part is string => part !== null);
  const missing = parts.filter((part) => !reason.includes(part));
  return missing.length === 0 ? '' : `${parts.join(' ')}: `;
}

const plain = ({ blocked, severity, key }: Finding): string => `${blocked ? 'refused' : severity} ${visible(key)}`;
