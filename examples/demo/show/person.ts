import { expected, type Results } from '../story/expect.ts';
import type { AttackResult, Intrusion } from '../story/intrusion.ts';
import type { Learned } from '../story/learn.ts';
import type { Cost } from '../story/measure.ts';
import { ACCOUNT } from '../story/world.ts';
import { COLUMNS, hanging, type Style, wrap } from './terminal.ts';

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

export function createNarrator(write: (text: string) => void, style: Style): Narrator {
  let number = 0;
  const say = (text = '') => write(`${text}\n`);
  const label = (name: string, text: string) => say(hanging(3, style.dim(name), LABEL, name, text));
  const severity = (word: string) => {
    const upper = word.toUpperCase();
    if (word === 'critical' || word === 'high') return style.red(upper);
    return word === 'medium' ? style.yellow(upper) : upper;
  };

  function alerted(result: AttackResult): void {
    const { attack, findings, loot } = result;
    say();
    say(`   ${style.bold(attack.title)}`);
    label('injected', attack.line);
    label('went through', loot ?? `no: the function saw ${result.outcome.error}`);
    const main = expected(result);
    for (const finding of main === undefined ? findings : [main]) {
      const tag = `${finding.severity.toUpperCase()} ${finding.detector}`;
      const shown = `${severity(finding.severity)} ${finding.detector}`;
      say(hanging(3, shown, Math.max(LABEL, tag.length + 2), tag, finding.reason));
    }
    const others = findings.filter((finding) => finding !== main);
    if (main !== undefined && others.length > 0) {
      label('and', others.map(({ severity, detector, key }) => `${severity} ${detector} (${key})`).join('; '));
    }
  }

  function blocked(results: readonly AttackResult[]): void {
    const row = (cells: readonly string[]) =>
      `   ${cells[0]!.padEnd(44)}${cells[1]!.padEnd(26)}${cells[2]!.padStart(8)}${cells[3]!.padStart(14)}`;
    say();
    say(style.dim(row(['', 'the function saw', 'attempts', 'reached AWS'])));
    for (const { attack, outcome, arrived } of results) {
      const line = row([attack.title, outcome.error ?? 'no error', `${outcome.attempts ?? '–'}`, `${arrived}`]);
      say(arrived === 0 && outcome.error !== undefined ? line : style.red(line));
    }
  }

  return {
    beginning() {
      say();
      say(`${style.bold('Rolefence')}: an image resizer with a role that may do anything meets an intruder`);
      say(style.dim(`Account ${ACCOUNT} is made up. AWS is played by endpoints on this machine; nothing leaves it.`));
    },
    phase(title) {
      say();
      say(style.bold(`${++number}  ${title}`));
    },
    built(bytes) {
      say(`   dist/layer-slim, ${Math.round(bytes / 1024)} KiB zipped: what Lambda unpacks under /opt`);
    },
    learned({ environments, invocations, command, baselineFile, shown }) {
      say(
        `   ${invocations} normal invocations in ${environments} execution environments. The sensor wrote what it learned to`,
      );
      say('   the function’s log; from the exported log comes the baseline:');
      say();
      say(`   ${style.dim(`$ ${command}`)}`);
      say(`   ${style.dim(`$ npm run -s rolefence -- baseline show ${baselineFile}`)}`);
      for (const line of shown.trimEnd().split('\n')) {
        const indent = 3 + line.search(/\S|$/);
        for (const part of wrap(line.trim(), COLUMNS - indent)) say(`${' '.repeat(indent)}${part}`.trimEnd());
      }
    },
    intrusion(intrusion) {
      const { mode, normal, attacks } = intrusion;
      if (mode === 'alert') for (const result of attacks) alerted(result);
      else blocked(attacks);
      say();
      const refused = mode === 'block' ? ', none refused' : '';
      const unharmed = `${normal.invocations - normal.failed} of ${normal.invocations} normal invocations answered${refused}, ${normal.findings.length} findings about them`;
      say(`   ${normal.failed + normal.findings.length === 0 ? style.green(unharmed) : style.red(unharmed)}`);
    },
    measured({ call, calls, directMs, sensorMs, addedMs }) {
      const ms = (value: number) => `${value.toFixed(2)} ms`;
      say(`   ${call} by the AWS SDK, ${calls} times each way in turns, median:`);
      say(
        `   direct ${ms(directMs)}, through the sensor in block mode ${ms(sensorMs)}: ${style.bold(`${ms(addedMs)} added per call`)}`,
      );
    },
    end({ learned }, problems, seconds) {
      say();
      if (problems.length === 0) {
        say(style.green(`Everything went as it should, in ${Math.round(seconds)} s.`));
      } else {
        say(style.red(`Not as it should be (${Math.round(seconds)} s):`));
        for (const problem of problems) say(hanging(2, '-', 2, '-', problem));
      }
      say();
      say(style.bold('Try next'));
      say(`   npm run -s rolefence -- baseline coverage ${learned.baselineFile}`);
      say(`   npm run -s demo -- --json                     the same for a machine`);
      say(`   grep rolefence dist/demo/block.log            what the function’s log says`);
      say(`   npm run -s rolefence -- run --mode learn --learn-to b.json -- aws s3 ls`);
      say(`   less examples/image-resizer/README.md         attach it to this function in your account`);
    },
  };
}
