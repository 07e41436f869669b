import type { BaselineDocument } from '../../baseline/model/document.ts';
import {
  type CoverageReport,
  coverage,
  coverageSentence,
  type FunctionCoverage,
} from '../../baseline/review/coverage.ts';
import { FIXED, hanging } from '../layout.ts';
import { legible, type Style } from '../style.ts';

/** Whether each function's baseline is ready to alert and to block by, and what is still open. */
export function showCoverage({ functions }: CoverageReport, style: Style, width: number): string {
  if (functions.length === 0) return 'No function is in it.\n';
  const lines: string[] = [];
  const common =
    functions.length === 1
      ? []
      : functions[0]!.sealing.check.filter((told) => functions.every(({ sealing }) => sealing.check.includes(told)));
  for (const one of functions) {
    if (lines.length > 0) lines.push('');
    const mark = one.blockReady ? style.green('●') : one.alertReady ? style.yellow('◐') : style.red('○');
    lines.push(...hanging('  ', coverageSentence(one), width, style.bold, `${mark} `));
    const facets = facetsOf(one);
    if (facets !== '') lines.push(...hanging('    ', facets, width, style.dim));
    for (const open of one.open) lines.push(...hanging('    ', open, width, style.dim));
    for (const told of [one.hours, one.order]) lines.push(...hanging('    ', told, width, style.dim));
    const own = [...one.sealing.breaks, ...one.sealing.check.filter((told) => !common.includes(told))];
    lines.push(...hanging('    ', sealingOf(one, own.length > 0), width));
    for (const told of own) {
      lines.push(...hanging('      ', told, width, style.dim));
    }
  }
  if (common.length > 0)
    lines.push(
      '',
      ...hanging('  ', `before credentials of any of them are sealed: ${common.join('; ')}`, width, style.dim),
    );
  return `${lines.join('\n')}\n`;
}

/** Of a document somebody is about to rely on; null where all of it is ready for block mode. */
export function unreadyWarning(document: BaselineDocument): string | null {
  const { functions } = coverage(document);
  const unready = functions.filter(({ blockReady }) => !blockReady);
  const [first] = unready;
  if (first === undefined) return null;
  if (functions.length === 1) return coverageSentence(first).replace(/\.$/, '');
  return `${unready.length} of ${functions.length} functions are not ready for block mode (rolefence baseline coverage says why)`;
}

/** What would be refused again and again, for AWS has refused or never answered it. */
export function refusedWarnings(document: BaselineDocument): string[] {
  const { functions } = legible(coverage(document));
  return functions.flatMap(({ function: name, refused }) => refused.map((sentence) => `${name}: ${sentence}`));
}

function sealingOf({ sealing }: FunctionCoverage, hasMore: boolean): string {
  return sealing.canBeSealed
    ? `credentials can be sealed as far as its calls tell${hasMore ? '; to look at before:' : ''}`
    : 'credentials cannot be sealed as it is; what would break, and what else to look at:';
}

/** Where the list below is long: of which kind what it lists is. */
function facetsOf({ facets }: FunctionCoverage): string {
  const open = facets.filter(({ once }) => once > 0);
  if (open.reduce((sum, { once }) => sum + once, 0) <= 3) return '';
  const told = open.map(({ facet, once, known }) => `${once} of ${known} ${NAMES[facet]}`.replaceAll(' ', FIXED));
  return `seen in one invocation only: ${told.join(', ')}`;
}

const NAMES: Readonly<Record<string, string>> = {
  action: 'actions',
  resource: 'resources',
  region: 'regions',
  credential: 'keys',
  egress: 'hosts',
};
