import { type ExampleResult, tryExamples } from '../../extension/guard/rules-test.ts';
import { parseRules } from '../../extension/rules-file.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { inputName, readText } from '../input/whole.ts';
import { JSON_OPTIONS, noSuchCommand, parseOptions, wantsJson } from '../options.ts';
import { print } from '../output.ts';
import { wrapped } from '../policy/columns.ts';
import { counted } from '../progress.ts';
import { legible, type Style, styleFor, widthOf } from '../style.ts';

const help = `Checks a rules file (ROLEFENCE_RULES) and tries the examples in it.

Usage: rolefence rules test [--json] FILE

FILE is YAML or JSON; - is standard input. Rules allow, block, quieten or cap what was learned; docs/rules.md has them all. Each example under "examples" names a
call and what is expected of it in block mode: allow, alert or block.

Options:
${table([
  ['--json', 'the results as one JSON document'],
  ['--help', 'this text'],
])}

Exit codes: 0 every example came out as expected; 1 some did not; 2 the file has a fault (the first line says which line and field).

Examples:
  rolefence rules test rules.yaml
  rolefence rules test --json rules.json | jq '.examples[] | select(.passed | not)'
`;

const OPTIONS = { ...JSON_OPTIONS } as const;

export const rules: Command = {
  help,
  async run([name, ...rest]) {
    if (name !== 'test') {
      throw name === undefined
        ? new UsageError('test is missing: rolefence rules test FILE')
        : noSuchCommand('rules', name, ['test']);
    }
    const { values, positionals } = parseOptions('rules', rest, OPTIONS);
    const [path, ...more] = positionals;
    if (path === undefined) throw new UsageError('a file is missing: rolefence rules test FILE');
    if (more.length > 0) throw new UsageError('one file at a time was expected');
    const file = parseRules(inputName(path), readText(path, 'a rules file (YAML or JSON)'));
    const [first, ...others] = file.problems;
    if (first !== undefined || file.rules === null) {
      throw new UsageError(`${first}${others.length > 0 ? ` (and ${counted(others.length, 'more fault')})` : ''}`);
    }
    const results = tryExamples(file.rules.rules, file.rules.examples, new Date().toISOString().slice(0, 10));
    const failed = results.filter(({ passed }) => !passed).length;
    if (wantsJson(values)) {
      const examples = results.map(({ example, ...result }) => ({
        name: example.name,
        expected: example.expect,
        ...result,
      }));
      await print(`${JSON.stringify({ rules: file.rules.rules.length, failed, examples })}\n`);
    } else {
      await print(
        textOf(legible(results), file.rules.rules.length, failed, styleFor(process.stdout), widthOf(process.stdout)),
      );
    }
    return failed > 0 ? 1 : 0;
  },
};

function textOf(
  results: readonly ExampleResult[],
  rulesRead: number,
  failed: number,
  style: Style,
  width: number,
): string {
  const lines = results.map(({ example, passed, got, severity, reason }) => {
    const mark = passed ? style.green('ok      ') : style.red('NOT SO  ');
    const came = passed
      ? got
      : `expected ${example.expect}${example.severity === null ? '' : ` (${example.severity})`}, got ${got}${severity === null ? '' : ` (${severity})`}`;
    const lines = [`${mark}${wrapped(`${example.name}: ${came}`, width - 8, ' '.repeat(8))}`];
    if (reason !== null) lines.push(`        ${style.dim(wrapped(reason, width - 8, ' '.repeat(8)))}`);
    return lines.join('\n');
  });
  const sum =
    results.length === 0
      ? `${counted(rulesRead, 'rule')} read; there are no examples`
      : `${counted(rulesRead, 'rule')}, ${counted(results.length, 'example')}, ${failed === 0 ? 'all as expected' : `${failed} not as expected`}`;
  return `${[...lines, sum].join('\n')}\n`;
}
