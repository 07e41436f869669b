import { readFileSync } from 'node:fs';
import { SMALL_FILE, unpacked } from '../baseline/store/packed.ts';
import { fieldOf, type Rules, readRules } from './guard/rules-read.ts';
import { YamlError } from './yaml/cursor.ts';
import { readYaml } from './yaml/read.ts';

/** A rules file, or what is wrong with it. */
export interface RulesFile {
  /** Null where nothing of it could be understood. */
  readonly rules: Rules | null;
  /** One sentence each: file, line, field, what was expected. */
  readonly problems: readonly string[];
}

/** Reads a rules file, YAML or JSON. Never throws. */
export function loadRules(path: string): RulesFile {
  try {
    return parseRules(path, Buffer.from(unpacked(readFileSync(path), SMALL_FILE)).toString('utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { rules: null, problems: [`${path}: it cannot be read (${code})`] };
  }
}

/** `name` stands in the messages. */
export function parseRules(name: string, text: string): RulesFile {
  try {
    const { value, lineOf } = readYaml(text);
    const { rules, problems } = readRules(value);
    return {
      rules,
      problems: problems.map(({ path, message }) => `${name}:${lineOf(path)}: ${fieldOf(path)}: ${message}`),
    };
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return { rules: null, problems: [`${name}:${error.line}: ${error.message}`] };
  }
}
