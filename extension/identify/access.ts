import { at, elements, scalarsAt, type Tree } from './body/tree.ts';
import type { AccessRule, Reference, ResourcePattern } from './notation.ts';
import { type Access, isArn, type Naming, type Reading } from './reading.ts';

/** More resources than this in one call are named as the template with `*`. */
const MOST = 1_000;

/** What the catalog's rule makes of a request. */
export function applyRule(rule: AccessRule, reading: Reading): Naming {
  const access: Access[] = [];
  for (const { action, optional, resources } of rule.accesses) {
    const found = new Set<string>();
    for (const pattern of resources) for (const resource of resourcesOf(pattern, reading)) found.add(resource);
    if (found.size === 0 && optional) continue;
    access.push({ action, resources: found.size === 0 ? ['*'] : [...found] });
  }
  return {
    access,
    items: rule.count === null ? 1 : countOf(rule.count, reading.body),
    prefix: rule.prefix === null ? null : (valuesOf(rule.prefix, reading)[0] ?? null),
  };
}

function countOf(path: string, body: Tree | undefined): number {
  const node = path.split('.').reduce<Tree | undefined>((tree, step) => at(tree, step), body);
  if (node !== null && typeof node === 'object' && !Array.isArray(node)) {
    const listed = elements(node);
    return Math.max(1, listed.length === 1 && listed[0] === node ? Object.keys(node).length : listed.length);
  }
  return Math.max(1, elements(node).length);
}

export function valuesOf(reference: Reference, reading: Reading): string[] {
  const { name } = reference;
  switch (reference.from) {
    case 'label': {
      const value = reading.labels.get(name);
      return value === undefined ? [] : [value];
    }
    case 'query':
      return reading.parameters.flatMap(([key, value]) => (key === name && value !== '' ? [value] : []));
    case 'header':
      return reading.head.headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
    case 'fixed':
      return [name];
    case 'body':
      return scalarsAt(reading.body, name).filter((value) => value !== '');
  }
}

function resourcesOf(pattern: ResourcePattern, reading: Reading): string[] {
  const slots = pattern.slots.map((alternatives) => {
    for (const reference of alternatives) {
      const values = valuesOf(reference, reading);
      if (values.length > 0) return values;
    }
    return [];
  });
  const last = slots.at(-1) ?? [];
  if (pattern.template === null) return last.filter(isArn);
  const whole = last.filter(isArn);
  if (whole.length > 0 && whole.length === last.length) return whole;
  const bound = pattern.slots.some(
    (alternatives, index) => slots[index]!.length > 0 && alternatives[0]?.from !== 'fixed',
  );
  if (!bound && pattern.slots.length > 0 && !pattern.required) return [];
  const product = slots.reduce((size, values) => size * Math.max(1, values.length), 1);
  let rows: string[][] = [[]];
  for (const [index, values] of slots.entries()) {
    const filled = values.length === 0 || product > MOST ? ['*'] : values;
    rows = rows.flatMap((row) =>
      filled.map((value) => [
        ...row,
        index < slots.length - 1 && isArn(value) ? value.slice(lastSeparator(value) + 1) : value,
      ]),
    );
  }
  return rows.map((row) => (isArn(row.at(-1) ?? '') ? row.at(-1)! : fill(pattern.template!, row, reading)));
}

const lastSeparator = (value: string): number => Math.max(value.lastIndexOf('/'), value.lastIndexOf(':'));

/** `ecs:R:A:service/{}/{}` and what fills it. */
export function fill(template: string, values: readonly string[], reading: Reading): string {
  const [service = '', region = '', account = '', ...rest] = template.split(':');
  let index = 0;
  const resource = rest.join(':').replaceAll('{}', () => values[index++] ?? '*');
  const where = region === 'R' ? reading.region : region;
  return `arn:${reading.partition}:${service}:${where}:${account === 'A' ? reading.account : account}:${resource}`;
}
