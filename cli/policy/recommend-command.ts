import { iamAction } from '../../baseline/policy/actions.ts';
import { goesOnWith } from '../../baseline/policy/implied.ts';
import { unreadyWarning } from '../baseline/coverage.ts';
import { readBaselineFile } from '../baseline/read.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { oneOf, parseOptions } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { widthOf } from '../style.ts';
import { explain, leftOutSentences } from './explain.ts';
import { FORMATS, type Format, render } from './formats.ts';
import { type PolicyKind, type Recommendation, recommendFor } from './recommend.ts';
import { recommendHelp } from './recommend-help.ts';
import { selectFunctions } from './select.ts';

const OPTIONS = {
  // As policy diff and the others have it
  baseline: { type: 'string' },
  function: { type: 'string', multiple: true },
  shared: { type: 'boolean' },
  format: { type: 'string' },
  json: { type: 'boolean' },
  explain: { type: 'boolean' },
  boundary: { type: 'boolean' },
  session: { type: 'boolean' },
  logs: { type: 'boolean' },
  vpc: { type: 'boolean' },
  xray: { type: 'boolean' },
  'kms-key': { type: 'string', multiple: true },
} as const;

export const recommendCommand: Command = {
  help: recommendHelp,
  async run(args) {
    const { values, positionals } = parseOptions('policy recommend', args, OPTIONS);
    const [file, ...more] = [...positionals, ...(values.baseline === undefined ? [] : [values.baseline])];
    if (file === undefined) throw new UsageError('BASELINE is missing: the file to recommend from');
    if (more.length > 0) throw new UsageError('one BASELINE only (rolefence baseline merge adds several up)');
    const format: Format = values.json === true ? 'json' : oneOf('--format', values.format ?? 'text', FORMATS);
    const { document, name } = readBaselineFile(file);
    const functions = selectFunctions(document, values.function, name);
    const kind: PolicyKind = values.boundary === true ? 'boundary' : values.session === true ? 'session' : 'identity';
    if (values.boundary === true && values.session === true) throw new UsageError('--boundary or --session, not both');
    const recommendation = recommendFor(functions, {
      kind,
      shared: values.shared === true,
      needs: {
        logs: values.logs === true,
        vpc: values.vpc === true,
        xray: values.xray === true,
        kmsKeys: (values['kms-key'] ?? []).map(keyArn),
      },
    });
    const { policies } = recommendation;
    if (format === 'json') await print(`${JSON.stringify(asJson(recommendation), null, 2)}\n`);
    else await print(values.explain === true ? explain(policies, widthOf(process.stdout)) : render(policies, format));
    const unready = unreadyWarning({ ...document, functions: Object.fromEntries(functions) });
    for (const note of notes(recommendation, kind, format)) say(`rolefence policy recommend: ${note}`);
    if (unready !== null && policies.length > 0)
      say(`rolefence policy recommend: ${unready}: a policy made too early is too narrow`);
    return 0;
  },
};

function keyArn(value: string): string {
  if (/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(value)) return value;
  throw new UsageError('--kms-key must be the ARN of a key (arn:aws:kms:REGION:ACCOUNT:key/ID)');
}

const asJson = ({ policies }: Recommendation) => ({
  policies: policies.map(({ function: name, document }) => ({ function: name, document })),
  evidence: policies.flatMap(({ function: name, statements }) =>
    statements.map(({ sid, evidence }) => ({
      function: name,
      sid,
      calls: evidence.reduce((sum, { invocations }) => sum + invocations, 0),
    })),
  ),
});

/** What a person should know before pasting. */
function notes({ policies, leftOut }: Recommendation, kind: PolicyKind, format: Format): string[] {
  const found = leftOutSentences(leftOut);
  if (policies.length === 0) found.push('nothing was learned that needs a permission: there is no policy to recommend');
  const strange = policies
    .flatMap(({ statements }) => statements.flatMap(({ actions }) => actions))
    .filter((action) => iamAction(action) === null);
  for (const action of new Set(strange))
    found.push(`${action} is no action that AWS's reference names: check it before you deploy`);
  const all = new Set(policies.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)));
  for (const action of all) {
    const more = goesOnWith(action);
    if (more !== null)
      found.push(`${action} goes on with the role's rights where no sensor sees it: it also needs ${more}`);
  }
  const names = [...new Set(policies.map((policy) => policy.function))];
  for (const name of names) {
    const parts = policies.filter((policy) => policy.function === name);
    if (parts.length > 1)
      found.push(`${name} needs ${counted(parts.length, 'policy', 'policies')} of at most 6,144 characters`);
    if (parts.length > 10)
      found.push(`${name}: a role takes 10 managed policies by default; ask for a higher quota, or widen by hand`);
    const { widened } = parts[0]!;
    if (widened === 'paths') found.push(`${name}: to fit, paths and names below a bucket or type were widened to *`);
    if (widened === 'services')
      found.push(`${name}: to fit, every resource was widened to *; actions stay as narrow as seen`);
  }
  if (kind === 'identity' && format === 'text' && names.length > 0)
    found.push(
      'what Lambda itself does with the role (its log, VPC, X-Ray) is not in it: see --logs, --vpc, --xray, or attach AWSLambdaBasicExecutionRole',
    );
  return found;
}
