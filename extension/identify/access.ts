import { at, elements, scalarsAt, type Tree } from './body/tree.ts';
import type { AccessRule, Reference, ResourcePattern } from './notation.ts';
import { type Access, isArn, type Naming, type Reading, roleArn } from './reading.ts';

/** More resources than this in one call are named as the template with `*`. */
const MOST = 1_000;

/** What the catalog's rule makes of a request. */
export function applyRule(rule: AccessRule, reading: Reading): Naming {
  const access: Access[] = [];
  for (const { action, optional, resources } of rule.accesses) {
    const found = new Set(action === 'iam:PassRole' ? rolesOf(resources, reading) : resourcesOf(resources, reading));
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

/** Roles that are handed to a service, by ARN or by name. */
const rolesOf = (patterns: readonly ResourcePattern[], reading: Reading): string[] =>
  patterns.flatMap(({ slots }) =>
    slots.flatMap((slot) => firstOf(slot, reading)).map((role) => roleArn(reading, role)),
  );

/** The resources of one access: an ARN that the request gives stands for the pattern that it fits, and for no other. */
function resourcesOf(patterns: readonly ResourcePattern[], reading: Reading): string[] {
  const filled = patterns.map((pattern) => ({ pattern, slots: pattern.slots.map((slot) => firstOf(slot, reading)) }));
  const found: string[] = [];
  for (const { pattern, slots } of filled) {
    const arns = slots.flat().filter(isArn);
    if (pattern.template === null) {
      found.push(...arns);
      continue;
    }
    const fitting = arns.filter((value) => fits(value, pattern.template!));
    if (fitting.length > 0) {
      found.push(...fitting);
      continue;
    }
    const last = slots.at(-1) ?? [];
    const foreign = last.filter(isArn);
    if (foreign.length > 0) {
      const elsewhere = foreign.every((value) =>
        filled.some(({ pattern: { template } }) => template !== null && fits(value, template)),
      );
      if (!elsewhere) found.push(...foreign);
      if (foreign.length === last.length) continue;
    }
    found.push(...fillAll(pattern, slots, reading));
  }
  return found;
}

function firstOf(alternatives: readonly Reference[], reading: Reading): string[] {
  for (const reference of alternatives) {
    const values = valuesOf(reference, reading);
    if (values.length > 0) return values;
  }
  return [];
}

function fillAll(pattern: ResourcePattern, slots: readonly string[][], reading: Reading): string[] {
  const bound = slots.some((values, index) => values.length > 0 && pattern.slots[index]![0]?.from !== 'fixed');
  if (!bound && pattern.slots.length > 0 && !pattern.required) return [];
  const product = slots.reduce((size, values) => size * Math.max(1, values.length), 1);
  let rows: string[][] = [[]];
  for (const values of slots) {
    const alternatives = values.length === 0 || product > MOST ? ['*'] : values.map(nameIn);
    rows = rows.flatMap((row) => alternatives.map((value) => [...row, value]));
  }
  return rows.map((row) => fill(pattern.template!, row, reading));
}

/** An ARN where a name is wanted, as of the cluster that a service is in: its last part. */
const nameIn = (value: string): string =>
  isArn(value) ? value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf(':')) + 1) : value;

/** True for an ARN of the kind that a template writes: same service, same literal pieces. */
export function fits(value: string, template: string): boolean {
  const [, , service = '', , , ...resource] = value.split(':');
  const { service: own, pieces } = templateOf(template);
  if (service !== own) return false;
  const text = resource.join(':');
  if (!text.startsWith(pieces[0]!)) return false;
  let at = pieces[0]!.length;
  for (const piece of pieces.slice(1)) {
    if (piece === '') continue;
    const next = text.indexOf(piece, at + 1);
    if (next < 0) return false;
    at = next + piece.length;
  }
  return pieces.at(-1) === '' || text.endsWith(pieces.at(-1)!);
}

interface Template {
  readonly service: string;
  /** `R` stands for the request's own region. */
  readonly region: string;
  readonly account: string;
  /** Pieces of the resource around its gaps. */
  readonly pieces: readonly string[];
}

const parsed = new Map<string, Template>();

function templateOf(text: string): Template {
  let template = parsed.get(text);
  if (template === undefined) {
    const [service = '', region = '', account = '', ...rest] = text.split(':');
    template = { service, region, account, pieces: rest.join(':').split('{}') };
    parsed.set(text, template);
  }
  return template;
}

/**
 * `ecs:R:A:service/{}/{}` and what fills it. A name that brings the piece before its gap along (`alias/key`, `/path/parameter`) does not get it
 * twice.
 */
export function fill(text: string, values: readonly string[], reading: Reading): string {
  const { service, region, account, pieces } = templateOf(text);
  let resource = pieces[0]!;
  for (let gap = 1; gap < pieces.length; gap++) {
    const value = values[gap - 1] ?? '*';
    const before = pieces[gap - 1]!;
    if (before !== '' && value.startsWith(before)) resource += value.slice(before.length);
    else if (before.endsWith('/') && value.startsWith('/')) resource += value.slice(1);
    else resource += value;
    resource += pieces[gap]!;
  }
  const where = region === 'R' ? reading.region : region;
  return `arn:${reading.partition}:${service}:${where}:${account === 'A' ? reading.account : account}:${resource}`;
}
