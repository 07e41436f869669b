import { own } from '../../baseline/own.ts';
import type { Command, CommandEntry } from '../command.ts';
import { UsageError } from '../errors.ts';
import { oneOf, parseOptions } from '../options.ts';
import { print } from '../output.ts';

const help = `Completion for your shell: commands, options and their values; files elsewhere.

Usage: rolefence completion bash|zsh|fish

Examples:
  bash   echo 'source <(rolefence completion bash)' >> ~/.bashrc
  zsh    rolefence completion zsh > ~/.zfunc/_rolefence      (fpath+=~/.zfunc before compinit)
  fish   rolefence completion fish > ~/.config/fish/completions/rolefence.fish
`;

/** Each asks the tool itself, so that what it offers is what this version has. */
const SCRIPTS = {
  bash: `_rolefence() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(rolefence completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o bashdefault -F _rolefence rolefence
`,
  zsh: `#compdef rolefence
_rolefence() {
  local -a offered
  offered=(\${(f)"$(rolefence completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#offered} )); then compadd -- $offered; else _files; fi
}
if [ "$funcstack[1]" = "_rolefence" ]; then _rolefence "$@"; else compdef _rolefence rolefence; fi
`,
  fish: `function __rolefence_words
  set -l words (commandline -opc) (commandline -ct)
  rolefence completion words -- $words[2..-1] 2>/dev/null
end
complete -c rolefence -a '(__rolefence_words)'
`,
} as const;

/** Values of an option, of one command where it has its own. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  '--mode': ['learn', 'alert', 'block'],
  '--severity': ['info', 'low', 'medium', 'high', 'critical'],
  '--format': ['text', 'json'],
  'policy --format': ['text', 'json', 'yaml', 'terraform', 'cdk', 'sam'],
  'audit --format': ['table', 'json', 'sarif'],
  'replay --format': ['finding', 'ocsf', 'asff'],
  'run --format': ['finding', 'ocsf', 'asff'],
  'proxy --format': ['finding', 'ocsf', 'asff'],
};

/** `commands`: all of the tool, this one among them. */
export const completion = (commands: readonly CommandEntry[]): Command => ({
  help,
  async run(args) {
    if (args[0] === 'words') {
      const words = await offered(commands, args[1] === '--' ? args.slice(2) : args.slice(1));
      await print(words.map((word) => `${word}\n`).join(''));
      return 0;
    }
    const { positionals } = parseOptions('completion', args, {});
    const [shell, ...more] = positionals;
    if (shell === undefined || more.length > 0) throw new UsageError('completion takes one shell: bash, zsh or fish');
    await print(SCRIPTS[oneOf('the shell', shell, ['bash', 'zsh', 'fish'])]);
    return 0;
  },
});

/** What may come in place of the last word, which has begun perhaps. Empty: a file, or anything. */
async function offered(commands: readonly CommandEntry[], words: readonly string[]): Promise<readonly string[]> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const startsAlike = (list: readonly string[]) => list.filter((word) => word.startsWith(begun));
  const [name] = before;
  if (name === undefined) return startsAlike([...commands.map((entry) => entry.name), '--help', '--version']);
  const entry = commands.find((one) => one.name === name);
  if (entry === undefined || before.includes('--')) return [];
  const last = before.at(-1) ?? '';
  const values = own(VALUES, `${name} ${last}`) ?? own(VALUES, last);
  if (values !== undefined) return startsAlike(values);
  const command = await entry.load();
  const rest = before.slice(1);
  if (begun.startsWith('-')) {
    const text = (await command.helpFor?.(rest)) ?? command.help;
    return startsAlike(optionsIn(text));
  }
  return rest.length === 0 ? startsAlike(commandsIn(name, command.help)) : [];
}

/** What stands in the left column of a help's table: `--from TIME, --to TIME`. */
export const optionsIn = (help: string): string[] => [
  ...new Set(
    [...help.matchAll(/^ {2}(--\S.*?)(?: {2}|$)/gm)].flatMap(([, names]) => names!.match(/--[a-z][a-z-]*/g) ?? []),
  ),
];

/** Its usage names them: `Usage: rolefence completion bash|zsh|fish`, or a line for each. */
function commandsIn(name: string, help: string): string[] {
  const usage = /^Usage:[\s\S]*?\n\n/m.exec(help)?.[0] ?? '';
  const found = [...usage.matchAll(new RegExp(`rolefence ${name} ([a-z][a-z-]*(?:\\|[a-z][a-z-]*)*)(?!\\S)`, 'g'))];
  return [...new Set(found.flatMap(([, names]) => names!.split('|')))];
}
