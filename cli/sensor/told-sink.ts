import type { Call } from '../../baseline/call.ts';
import { type Finding, SEVERITIES } from '../../baseline/finding.ts';
import { thingOf } from '../../baseline/thing.ts';
import type { Sink } from '../../extension/alerts/sink.ts';
import { UNJUDGED } from '../../extension/guard/guard.ts';
import { counted } from '../progress.ts';
import { severityWord } from '../severity-word.ts';
import { type Style, styleFor, visible } from '../style.ts';

interface Told {
  /** The most severe so far. */
  finding: Finding;
  more: number;
}

/** Distinct things told of; what comes beyond is counted. */
const MAX_TOLD = 200;

/**
 * Findings for the person at the terminal: each thing once, as one line, and once more where it turns out worse; how often it came again is said at the end. Every
 * single one is in `--findings`.
 */
export function createToldSink(write: (line: string) => void, style: Style = styleFor(process.stderr)): Sink {
  const told = new Map<string, Told>();
  let beyond = 0;
  return {
    name: 'terminal',
    deliver(finding, call) {
      // Of its own state the sensor's log speaks, on the same terminal; but that nothing is judged is seen at the first call only.
      if (finding.detector === 'sensor' && finding.scope === 'function' && finding.key !== UNJUDGED) return;
      const key = `${finding.detector}\u0000${thingOf(finding)}\u0000${finding.blocked}`;
      const known = told.get(key);
      if (known !== undefined && !isWorse(finding, known.finding)) known.more++;
      else if (known === undefined && told.size >= MAX_TOLD) beyond++;
      else {
        told.set(key, { finding, more: known?.more ?? 0 });
        write(`rolefence: ${sentence(finding, call ?? null, style)}`);
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

const isWorse = (one: Finding, other: Finding): boolean =>
  SEVERITIES.indexOf(one.severity) > SEVERITIES.indexOf(other.severity);

function sentence(finding: Finding, call: Call | null, style: Style): string {
  const { severity, reason, blocked, techniques } = finding;
  const strong = severity === 'critical' || severity === 'high';
  const word = blocked
    ? style.red(style.bold('refused'))
    : strong
      ? style.red(severity)
      : style.yellow(severityWord(severity));
  return `${word} ${visible(subject(finding, call) + reason)}${techniques.length === 0 ? '' : style.dim(` [${techniques.join(' ')}]`)}`;
}

/** What the reason does not name. A finding that is about any call whatever has no action of its own: then the call tells. */
function subject({ action, resource, reason }: Finding, call: Call | null): string {
  const access = action === null && resource === null ? call?.access[0] : undefined;
  const named = access === undefined ? [action, resource] : [access.action, access.resources[0] ?? null];
  const parts = named.filter((part): part is string => part !== null && part !== '*');
  return parts.every((part) => reason.includes(part)) ? '' : `${parts.join(' ')}: `;
}

const plain = (finding: Finding): string =>
  `${finding.blocked ? 'refused' : severityWord(finding.severity)} ${visible(thingOf(finding))}`;
