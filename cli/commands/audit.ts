import { SEVERITIES, type Severity } from '../../baseline/finding.ts';
import { audit as auditModel, rules } from '../../baseline/policy/audit/audit.ts';
import { Collector } from '../audit/collector.ts';
import { readTemplate, templateFiles } from '../audit/read.ts';
import { sarif } from '../audit/sarif.ts';
import { auditText } from '../audit/text.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { accountId, oneOf, parseOptions } from '../options.ts';
import { print, say } from '../output.ts';
import { wrapped } from '../policy/columns.ts';
import { counted } from '../progress.ts';
import { styleFor, widthOf } from '../style.ts';

const help = `Looks into deployment templates for rights that are too wide, before they are deployed. Nothing is sent anywhere.

Usage: rolefence audit [options] FILE…

Each FILE is a SAM or CloudFormation template (YAML or JSON, with its functions), what CDK or Serverless have put out, a Terraform plan
(terraform show -json PLAN), serverless.yml or an IAM policy; - is standard input, and a folder stands for the templates below it.

Options:
${table([
  ['--format FORMAT', 'table (default), json or sarif (2.1.0)'],
  ['--json', 'the same as --format json: {"findings":[{ruleId,severity,file,line,resource,message,fix}]}'],
  ['--severity LEVEL', 'leave out what is below: info (default), low, medium, high or critical'],
  ['--account ID', 'the account that the template is for: access of this one is no foreign access'],
  ['--ignore RULE', 'leave a rule out; may be repeated'],
  ['--rules', 'list the rules and end'],
  ['--help', 'this text'],
])}

Exit codes: 0 nothing found, or notices (info) only; 1 findings; 2 usage or bad input.

Examples:
  rolefence audit template.yaml
  rolefence audit --format sarif cdk.out > audit.sarif
  terraform show -json plan.out | rolefence audit --severity high -
`;

const OPTIONS = {
  format: { type: 'string' },
  json: { type: 'boolean' },
  severity: { type: 'string' },
  account: { type: 'string' },
  ignore: { type: 'string', multiple: true },
  rules: { type: 'boolean' },
} as const;

export const audit: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('audit', args, OPTIONS);
    const format =
      values.json === true ? 'json' : oneOf('--format', values.format ?? 'table', ['table', 'json', 'sarif']);
    const least: Severity = oneOf('--severity', values.severity ?? 'info', SEVERITIES);
    const account = values.account === undefined ? null : accountId('--account', values.account);
    const ignored = new Set(
      values.ignore?.map((id) =>
        oneOf(
          '--ignore',
          id.toUpperCase(),
          rules.map((rule) => rule.id),
        ),
      ),
    );
    if (values.rules === true) {
      await print(listOfRules(format));
      return 0;
    }
    if (positionals.length === 0) throw new UsageError('no input: name a FILE (a template, a plan or a policy)');
    const files = templateFiles(positionals);
    const model = new Collector();
    let read = 0;
    for (const file of files) if (readTemplate(file, model)) read++;
    if (read === 0)
      throw new UsageError(
        `${positionals.join(', ')} holds no template, plan or policy (of Terraform the plan is read: terraform show -json PLAN)`,
      );
    const findings = auditModel(model, { account }).filter(
      ({ severity, ruleId }) => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least) && !ignored.has(ruleId),
    );
    if (format === 'json') await print(`${JSON.stringify({ findings }, null, 2)}\n`);
    else if (format === 'sarif')
      await print(`${JSON.stringify(sarif(findings, await version(), process.cwd()), null, 2)}\n`);
    else await print(auditText(findings, read, styleFor(process.stdout), widthOf(process.stdout)));
    if (process.stderr.isTTY && format !== 'table')
      say(`rolefence audit: ${counted(findings.length, 'finding')} in ${counted(read, 'template')}`);
    return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
  },
};

const version = async (): Promise<string> =>
  (await import('../../package.json', { with: { type: 'json' } })).default.version;

function listOfRules(format: string): string {
  if (format === 'json')
    return `${JSON.stringify(
      rules.map(({ check: _, ...rule }) => rule),
      null,
      2,
    )}\n`;
  const width = widthOf(process.stdout) - 4;
  return rules
    .map(({ id, severity, title, why, fix }) => {
      const sentences = [why, fix].map((sentence) => `    ${wrapped(sentence, width, '    ')}\n`);
      return `${id}  ${severity.padEnd(8)}  ${title}\n${sentences.join('')}`;
    })
    .join('');
}
