import { stringify } from 'yaml';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { PolicyDocument, PolicyStatement } from '../../baseline/policy/document.ts';
import { visible } from '../style.ts';
import type { Recommended } from './recommend.ts';

export const FORMATS = ['text', 'json', 'yaml', 'terraform', 'cdk', 'sam'] as const;
export type Format = (typeof FORMATS)[number];

/** Policies as they are pasted into infrastructure code. */
export function render(policies: readonly Recommended[], format: Exclude<Format, 'json'>): string {
  const named = policies.map((policy, i) => ({ policy, name: nameFor(policies, i) }));
  switch (format) {
    case 'text':
      return policies.map(({ document }) => `${JSON.stringify(document, null, 2)}\n`).join('');
    case 'yaml':
      return named.map(({ policy, name }) => `# ${name}\n${yaml(policy.document)}`).join('---\n');
    case 'terraform':
      return named.map(({ policy, name }) => terraform(name, policy.document)).join('\n');
    case 'cdk':
      return cdk(named);
    case 'sam':
      return sam(policies);
  }
}

/** `resize`, `resize-2`: letters, digits and dashes. */
function nameFor(policies: readonly Recommended[], at: number): string {
  const own = policies[at]!.function;
  const before = policies.slice(0, at).filter((policy) => policy.function === own).length;
  const plain = own
    .split(', ')
    .map(functionName)
    .join('-')
    .replace(/[^A-Za-z0-9-]+/g, '-');
  return before === 0 ? plain : `${plain}-${before + 1}`;
}

/** A name in a comment neither ends it nor begins a line after it. */
const inComment = (name: string): string => visible(name).replaceAll('*/', '*\u2215');

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

function sam(policies: readonly Recommended[]): string {
  const functions = [...new Set(policies.map((policy) => policy.function))];
  return functions
    .map((name) => {
      const statements = policies
        .filter((policy) => policy.function === name)
        .flatMap(({ document }) => document.Statement);
      // SAM makes one inline policy of it, and adds AWSLambdaBasicExecutionRole for the log by itself
      return `# ${inComment(name)}: under Properties of the AWS::Serverless::Function\n${yaml({
        Policies: [{ Version: '2012-10-17', Statement: statements }],
      })}`;
    })
    .join('---\n');
}

function terraform(name: string, document: PolicyDocument): string {
  const label = name.replace(/-/g, '_').replace(/^(\d)/, '_$1');
  const blocks = document.Statement.map((statement) => block(statement));
  return `data "aws_iam_policy_document" "${label}" {
${blocks.join('\n\n')}
}

resource "aws_iam_policy" "${label}" {
  name   = "${name}"
  policy = data.aws_iam_policy_document.${label}.json
}
`;
}

function block(statement: PolicyStatement): string {
  const rows: [string, string][] = [];
  if (statement.Sid !== undefined) rows.push(['sid', hcl(statement.Sid)]);
  rows.push(['actions', hclList(statement.Action)], ['resources', hclList(statement.Resource)]);
  const lines = aligned(rows, '    ');
  for (const [test, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [variable, values] of Object.entries(keys)) {
      lines.push(
        '',
        '    condition {',
        ...aligned(
          [
            ['test', hcl(test)],
            ['variable', hcl(variable)],
            ['values', hclList(values, '      ')],
          ],
          '      ',
        ),
        '    }',
      );
    }
  }
  return `  statement {\n${lines.join('\n')}\n  }`;
}

/** As terraform fmt has it: the signs of neighbours stand below each other, but for values of many lines. */
function aligned(rows: readonly (readonly [key: string, value: string])[], indent: string): string[] {
  const long = rows.map(([, value]) => value.includes('\n'));
  return rows.map(([key, value], i) => {
    if (long[i]) return `${indent}${key} = ${value}`;
    const from = long.lastIndexOf(true, i) + 1;
    const to = long.indexOf(true, i);
    const width = Math.max(...rows.slice(from, to < 0 ? rows.length : to).map(([name]) => name.length));
    return `${indent}${key.padEnd(width)} = ${value}`;
  });
}

/** Terraform reads `${` and `%{` itself; in a policy document it writes IAM's own variables as `&{`. */
const hcl = (text: string): string => JSON.stringify(text).replaceAll('${', '&{').replaceAll('%{', '%%{');

function hclList(values: string | readonly string[], indent = '    '): string {
  const list = typeof values === 'string' ? [values] : values;
  if (list.length === 1) return `[${hcl(list[0]!)}]`;
  return `[\n${list.map((value) => `${indent}  ${hcl(value)},`).join('\n')}\n${indent}]`;
}

function cdk(named: readonly { policy: Recommended; name: string }[]): string {
  const blocks = named.map(({ policy, name }) => {
    const variable = name.replace(/-+(.)?/g, (_, next?: string) => (next ?? '').toUpperCase()).replace(/^(\d)/, '_$1');
    const statements = policy.document.Statement.map(
      (statement) => `  new iam.PolicyStatement(${indented(cdkProps(statement))}),`,
    );
    return `/** ${inComment(policy.function)} */\nexport const ${variable}Statements = [\n${statements.join('\n')}\n];\n`;
  });
  return `import * as iam from 'aws-cdk-lib/aws-iam';\n\n${blocks.join('\n')}`;
}

const cdkProps = (statement: PolicyStatement) => ({
  sid: statement.Sid,
  actions: asList(statement.Action),
  resources: asList(statement.Resource),
  conditions: statement.Condition,
});

const asList = (values: string | readonly string[]): readonly string[] =>
  typeof values === 'string' ? [values] : values;

/** JSON is TypeScript, but for the quotes of names that need none. */
const indented = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    .replace(/^(\s*)"([A-Za-z_]\w*)":/gm, '$1$2:')
    .replaceAll('\n', '\n  ');
