import { thingOf } from '../../../baseline/thing.ts';
import { hanging, wrap } from '../../../cli/layout.ts';
import { counted } from '../../../cli/progress.ts';
import { expected, type Results } from '../story/expect.ts';
import type { AttackResult, Intrusion } from '../story/intrusion.ts';
import type { Learned } from '../story/learn.ts';
import type { Cost } from '../story/measure.ts';
import { ACCOUNT } from '../story/world.ts';
import type { Style } from './terminal.ts';

/** What a person reads while the demo runs. Each part is said as soon as it has happened. */
export interface Narrator {
  beginning(): void;
  phase(title: string): void;
  built(bytes: number): void;
  learned(learned: Learned): void;
  intrusion(intrusion: Intrusion): void;
  measured(cost: Cost): void;
  end(results: Results, problems: readonly string[], seconds: number): void;
}

/** Columns of what stands before a text: room for `CRITICAL credential`. */
const LABEL = 21;
const INDENT = '   ';

/** `width`: columns that a line may take. Commands are left whole, to be copied. */
export function createNarrator(write: (text: string) => void, style: Style, width: number): Narrator {
  let number = 0;
  const say = (text = '') => write(`${text}\n`);
  const lines = (all: readonly string[]) => {
    for (const one of all) say(one);
  };
  const paragraph = (text: string, paint?: (text: string) => string, indent = INDENT) =>
    lines(hanging(indent, text, width, paint));
  const label = (name: string, text: string, painted = style.dim(name)) => {
    const gap = ' '.repeat(Math.max(2, LABEL - name.length));
    lines(hanging(`${INDENT}${name}${gap}`, text, width, undefined, `${INDENT}${painted}${gap}`));
  };
  const severity = (word: string) => {
    const upper = word.toUpperCase();
    if (word === 'critical' || word === 'high') return style.red(upper);
    return word === 'medium' ? style.yellow(upper) : upper;
  };

  function alerted(result: AttackResult): void {
    const { attack, findings, loot } = result;
    say();
    paragraph(attack.title, style.bold);
    label('injected', attack.line);
    label('went through', loot ?? `no: the function saw ${result.outcome.error}`);
    const main = expected(result);
    for (const finding of main === undefined ? findings : [main]) {
      const { detector, reason } = finding;
      label(`${finding.severity.toUpperCase()} ${detector}`, reason, `${severity(finding.severity)} ${detector}`);
    }
    const others = findings.filter((finding) => finding !== main);
    if (main !== undefined && others.length > 0) {
      label('and', others.map((other) => `${other.severity} ${other.detector} (${thingOf(other)})`).join('; '));
    }
  }

  function blocked(results: readonly AttackResult[]): void {
    const figures = (cells: readonly string[]) =>
      `${cells[0]!.padEnd(26)}${cells[1]!.padStart(8)}${cells[2]!.padStart(14)}`;
    const title = Math.min(44, width - INDENT.length - figures(['', '', '']).length);
    say();
    say(style.dim(`${INDENT}${' '.repeat(title)}${figures(['the function saw', 'attempts', 'reached AWS'])}`));
    for (const { attack, outcome, arrived } of results) {
      const row = figures([outcome.error ?? 'no error', `${outcome.attempts ?? '–'}`, `${arrived}`]);
      const paint = arrived === 0 && outcome.error !== undefined ? (text: string) => text : style.red;
      for (const [i, part] of wrap(attack.title, title - 1).entries())
        say(paint(`${INDENT}${i === 0 ? `${part.padEnd(title)}${row}` : part}`));
    }
  }

  return {
    beginning() {
      say();
      paragraph('Rolefence: an image resizer with a role that may do anything meets an intruder', style.bold, '');
      paragraph(
        `Account ${ACCOUNT} is made up. AWS is played by endpoints on this machine; nothing leaves it.`,
        style.dim,
        '',
      );
    },
    phase(title) {
      say();
      say(style.bold(`${++number}  ${title}`));
    },
    built(bytes) {
      paragraph(`dist/layer-slim, ${Math.round(bytes / 1024)} KiB zipped: what Lambda unpacks under /opt`);
    },
    learned({ environments, invocations, command, baselineFile, shown }) {
      paragraph(
        `${invocations} normal invocations in ${environments} execution environments. The sensor wrote what it learned to the function’s log; from the exported log comes the baseline. (What it counts can be added up in any order: above eight these are estimates, some 13 % off.)`,
      );
      say();
      say(`${INDENT}${style.dim(`$ ${command}`)}`);
      say(`${INDENT}${style.dim(`$ npm run -s rolefence -- baseline show ${baselineFile}`)}`);
      for (const line of shown.trimEnd().split('\n')) {
        const indent = INDENT + ' '.repeat(line.search(/\S|$/));
        lines(hanging(indent, line.trim(), width).map((part) => part.trimEnd()));
      }
    },
    intrusion(intrusion) {
      const { mode, normal, attacks } = intrusion;
      if (mode === 'alert') for (const result of attacks) alerted(result);
      else blocked(attacks);
      say();
      const refused = mode === 'block' ? ', none refused' : '';
      const unharmed = `${normal.invocations - normal.failed} of ${normal.invocations} normal invocations answered${refused}, ${counted(normal.findings.length, 'finding')} about them`;
      paragraph(unharmed, normal.failed + normal.findings.length === 0 ? style.green : style.red);
    },
    measured({ call, calls, directMs, sensorMs, addedMs, middleMs: [from, to] }) {
      const ms = (value: number) => `${value.toFixed(2)} ms`;
      paragraph(
        `${call} by the AWS SDK, ${calls} times each way in turns, median: direct ${ms(directMs)}, through the sensor in block mode ${ms(sensorMs)}.`,
      );
      paragraph(`${ms(addedMs)} added per call`, style.bold);
      paragraph(
        `What other programs do meanwhile moves this figure: half of the pairs differ by ${ms(from)} to ${ms(to)}. Measured on a quiet machine: docs/performance.md.`,
        style.dim,
      );
    },
    end({ learned }, problems, seconds) {
      say();
      if (problems.length === 0) {
        say(style.green(`Everything went as it should, in ${Math.round(seconds)} s.`));
      } else {
        say(style.red(`Not as it should be (${Math.round(seconds)} s):`));
        for (const problem of problems) lines(hanging('  - ', problem, width));
      }
      say();
      say(style.bold('Try next'));
      for (const [command, what] of [
        [`npm run -s rolefence -- baseline coverage ${learned.baselineFile}`, 'how much of it is known'],
        ['npm run -s demo -- --json', 'the same for a machine'],
        ['grep rolefence dist/demo/block.log', 'what the function’s log says'],
        ['npm run -s rolefence -- run --mode learn --learn-to b.json -- aws s3 ls', 'any command under the sensor'],
        ['less examples/image-resizer/README.md', 'attach it to this function in your account'],
      ] as const) {
        const whole = `${INDENT}${command.padEnd(49)}${what}`;
        if (whole.length <= width && command.length < 49) say(whole);
        else lines([`${INDENT}${command}`, `${INDENT}  ${style.dim(what)}`]);
      }
    },
  };
}
