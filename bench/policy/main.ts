/**
 * What recommended policies are worth beside those of other styles, made of the same recorded calls: `node bench/policy/main.ts [FOLDER]`, where FOLDER holds a labelled
 * set (docs/evaluation.md); without one a generated set. docs/least-privilege.md has the table.
 */
import type { Call } from '../../baseline/call.ts';
import { requestsOf } from '../../baseline/policy/call-request.ts';
import { readPolicy } from '../../baseline/policy/document.ts';
import { evaluate, type Grants } from '../../baseline/policy/evaluate.ts';
import { MANAGED_LIMIT, sizeOf } from '../../baseline/policy/size.ts';
import { generate } from '../detection/generate/generate.ts';
import { readSet } from '../detection/labelled-set.ts';
import { STYLES, type Style } from './styles.ts';

const [folder] = process.argv.slice(2);
const set = folder === undefined ? generate(3) : readSet(folder);
const own = (call: Call) =>
  call.access.length > 0 && call.certainty === 'exact' && call.accessKeyId === call.ownAccessKeyId;
const kindOf = ({ id }: Call): 'ordinary' | 'novel' | 'attack' => {
  const label = set.labels.get(id ?? '');
  return label === undefined ? 'ordinary' : label.attack === null ? 'novel' : 'attack';
};
const outside = ({ id }: Call): boolean =>
  ['blatant', 'resource'].includes(set.attacks.get(set.labels.get(id ?? '')?.attack ?? '')?.tier ?? '');
const later = set.test.filter(own);
/** A policy that names thousands of objects is slow to ask. */
const MOST = 2_000;
const sampled = <T>(list: readonly T[]): T[] => list.filter((_, i) => i % Math.ceil(list.length / MOST) === 0);
const ordinary = sampled(later.filter((call) => kindOf(call) === 'ordinary'));
const attacks = later.filter(outside);

const rows = STYLES.map(measure);
const heads = Object.keys(rows[0]!);
console.log(
  `${set.train.filter(own).length.toLocaleString('en-US')} calls to learn from, ${ordinary.length.toLocaleString('en-US')} ordinary calls later (a sample), ${attacks.length} calls of attacks that ask for another action or resource\n`,
);
console.log(`| ${heads.join(' | ')} |\n|${' --- |'.repeat(heads.length)}`);
for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);

function measure({ name, policies }: Style) {
  const made = policies(set.train);
  const documents = [...made.values()].flat();
  const statements = documents.flatMap(({ Statement }) => Statement);
  const resources = statements.flatMap(({ Resource }) => Resource ?? []);
  const grants = new Map<string, Grants>(
    [...made].map(([fn, own]) => [fn, { policies: own.map((one) => readPolicy(one, fn)), boundary: null }]),
  );
  const allows = (call: Call): boolean => {
    const granted = grants.get(call.function ?? '');
    return granted !== undefined && requestsOf(call).every((request) => evaluate(granted, request).allowed);
  };
  const share = (calls: readonly Call[], kept: (call: Call) => boolean) =>
    `${((100 * calls.filter(kept).length) / Math.max(1, calls.length)).toFixed(2)} %`;
  const sizes = [...made.values()].map((own) => own.reduce((sum, one) => sum + sizeOf(one), 0));
  const number = (value: number) => value.toLocaleString('en-US');
  return {
    'policies made as': name,
    'characters, largest function': number(Math.max(...sizes)),
    [`functions within one policy (${number(MANAGED_LIMIT)})`]: `${sizes.filter((size) => size <= MANAGED_LIMIT).length} of ${made.size}`,
    statements: number(statements.length),
    resources: number(resources.length),
    'with a wildcard': number(resources.filter((one) => one.includes('*')).length),
    '`*` alone': number(resources.filter((one) => one === '*').length),
    'ordinary calls later denied': share(ordinary, (call) => !allows(call)),
    'attack calls denied': share(attacks, (call) => !allows(call)),
  };
}
