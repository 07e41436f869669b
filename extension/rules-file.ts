import { readFileSync } from 'node:fs';
import { fieldOf, type Rules, type RulesProblem, readRules } from './guard/rules-read.ts';

/** A rules file, or what is wrong with it. */
export interface RulesFile {
  /** Null where nothing of it could be understood. */
  readonly rules: Rules | null;
  /** One sentence each: file, line, field, what was expected. */
  readonly problems: readonly string[];
}

/** Reads a rules file: JSON where it is JSON, else YAML (1.2), whose library is loaded only then. Never throws. */
export async function loadRules(path: string): Promise<RulesFile> {
  try {
    return await parseRules(path, readFileSync(path, 'utf8'));
  } catch (error) {
    return {
      rules: null,
      problems: [`${path}: it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`],
    };
  }
}

/** `name` stands in the messages. */
export async function parseRules(name: string, text: string): Promise<RulesFile> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fromYaml(name, text);
  }
  const { rules, problems } = readRules(value);
  // JSON has no places once it is read; JSON is YAML, so its reader finds them.
  return problems.length === 0 ? { rules, problems: [] } : { rules, problems: (await fromYaml(name, text)).problems };
}

async function fromYaml(name: string, text: string): Promise<RulesFile> {
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  // No merge keys, no tags: a rule is what it looks like. Aliases could grow without bound.
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const { line } = lines.linePos(syntax.pos[0]);
    return { rules: null, problems: [`${name}:${line}: this is neither JSON nor YAML (${syntax.code})`] };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { rules: null, problems: [`${name}: its aliases cannot be resolved`] };
  }
  const { rules, problems } = readRules(value);
  const lineOf = (path: RulesProblem['path']): number | null => {
    // What is missing has no place of its own: its parent has.
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  return {
    rules,
    problems: problems.map(({ path, message }) => {
      const line = lineOf(path);
      return `${name}${line === null ? '' : `:${line}`}: ${fieldOf(path)}: ${message}`;
    }),
  };
}
