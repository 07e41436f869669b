import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optionsIn } from '../../cli/commands/completion.ts';
import { commands } from '../../cli/commands.ts';
import { ROOT } from './tool.ts';

/** Every command by what is typed, with what its `--help` says. */
async function helps(): Promise<(readonly [string, string])[]> {
  const all = await Promise.all(
    commands.map(async ({ name, load }) => {
      const { help, helpFor, parts } = await load();
      if (parts === undefined || helpFor === undefined) return [[name, help] as const];
      return Promise.all(parts.map(async (part) => [`${name} ${part}`, await helpFor([part])] as const));
    }),
  );
  return all.flat();
}

/** Rows of the table of options: command, then its options. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8');
  const [, section = ''] = text.split('\n## Every option\n');
  return new Map(
    [...section.matchAll(/^\| `([\w -]+)` \| (.*) \|$/gm)].map(([, name, options]) => [
      name!,
      options!.match(/--[a-z][a-z-]*/g) ?? [],
    ]),
  );
}

describe('docs/command-line.md', async () => {
  const table = documented();

  it.each(await helps())('names the options of %s, and no others', (name, help) => {
    const options = optionsIn(help).filter((one) => one !== '--help');
    expect([...(table.get(name) ?? ['is not in the table'])].sort()).toEqual(options.sort());
  });

  it('names no command that there is not', async () => {
    expect([...table.keys()].sort()).toEqual((await helps()).map(([name]) => name).sort());
  });
});
