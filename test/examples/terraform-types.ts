import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value as python-hcl2 reads it: text in quotes, expressions as `${…}`, blocks in a list of their own. */
export type Hcl = string | number | boolean | null | Hcl[] | { readonly [name: string]: Hcl };
type Named = { readonly [name: string]: { readonly [name: string]: { readonly [name: string]: Hcl } } };

export interface Parsed {
  readonly resource?: readonly Named[];
  readonly data?: readonly Named[];
}

interface Declared {
  /** `aws_lambda_function`, `data.archive_file`. */
  readonly type: string;
  readonly name: string;
  readonly content: { readonly [name: string]: Hcl };
}

const unquoted = (text: string): string => text.replace(/^"([\s\S]*)"$/, '$1');
/** As the bindings write names: base64sha256 is base64Sha256. */
const camel = (name: string): string =>
  name.replace(/_(\w)|(?<=\d)([a-z])/g, (_, ...[first, behindDigit]: string[]) =>
    (first ?? behindDigit)!.toUpperCase(),
  );
const variable = (type: string, name: string): string => `${type.replace('.', '_')}_${name}`;

/** What is generated from the schema of a type's provider: `aws_lambda_function` is LambdaFunction in lambda-function/, `data.archive_file` DataArchiveFile. */
export function bindingOf(type: string): {
  readonly provider: string;
  readonly folder: string;
  readonly class: string;
} {
  const [, data, provider = '', rest = ''] = /^(data\.)?([a-z0-9]+)_(\w+)$/.exec(type) ?? [];
  const name = data === undefined ? rest : `data_${provider}_${rest}`;
  return { provider, folder: name.replaceAll('_', '-'), class: camel(`_${name}`) };
}

/** The resources of a configuration as TypeScript: a compiler that knows the bindings then says what `terraform validate` would of names, types and what is missing. */
export function asTypeScript(parsed: Parsed, bindings: string): string {
  const fileOf = (type: string): string => {
    const { provider, folder } = bindingOf(type);
    return join(bindings, provider, folder, 'index.d.ts');
  };
  const declared = [...declarations(parsed.resource, ''), ...declarations(parsed.data, 'data.')];
  const types = [...new Set(declared.map(({ type }) => type))];
  const lines = types.map((type) => {
    const name = bindingOf(type).class;
    return `import type { ${name}, ${name}Config } from '${fileOf(type)}';`;
  });
  lines.push('declare const computed: never;');
  for (const { type, name } of declared) lines.push(`declare const ${variable(type, name)}: ${bindingOf(type).class};`);
  for (const { type, name, content } of declared) {
    lines.push(
      `export const set_${variable(type, name)}: ${bindingOf(type).class}Config = ${written(content, readFileSync(fileOf(type), 'utf8'))};`,
    );
    for (const used of references(JSON.stringify(content))) lines.push(`void ${used};`);
  }
  return `${lines.join('\n')}\n`;
}

function declarations(all: readonly Named[] = [], prefix: string): Declared[] {
  return all.flatMap((one) =>
    Object.entries(one).flatMap(([type, names]) =>
      Object.entries(names)
        .filter(([name]) => name !== '__is_block__')
        .map(([name, content]) => ({ type: `${prefix}${unquoted(type)}`, name: unquoted(name), content })),
    ),
  );
}

const REFERENCE = /((?:data\.)?[a-z0-9]+_\w+)\.(\w+)\.(\w+)/g;

const references = (text: string): string[] =>
  [...text.matchAll(REFERENCE)].map(([, type, name, attribute]) => `${variable(type!, name!)}.${camel(attribute!)}`);

function written(value: Hcl, binding: string): string {
  if (typeof value === 'string') {
    if (value.startsWith('"')) return JSON.stringify(unquoted(value));
    const whole = new RegExp(`^\\$\\{${REFERENCE.source}\\}$`).test(value);
    return whole ? references(value)[0]! : 'computed';
  }
  if (Array.isArray(value)) return `[${value.map((one) => written(one, binding)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([name]) => name !== '__is_block__');
  return `{ ${fields.map(([name, content]) => `${camel(name)}: ${written(single(content, binding, camel(name)), binding)}`).join(', ')} }`;
}

/** A block that may come once only is no list in the bindings. */
function single(value: Hcl, binding: string, name: string): Hcl {
  if (!Array.isArray(value) || value.length !== 1) return value;
  const [only] = value;
  const isBlock = typeof only === 'object' && only !== null && '__is_block__' in only;
  return isBlock && !new RegExp(`readonly ${name}\\??: [^;]*\\[\\]`).test(binding) ? only! : value;
}
