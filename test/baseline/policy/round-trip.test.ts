import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { requestsOf } from '../../../baseline/policy/call-request.ts';
import { type PolicyDocument, readPolicy } from '../../../baseline/policy/document.ts';
import { type AccessRequest, evaluate } from '../../../baseline/policy/evaluate.ts';
import { documentOf, recommend } from '../../../baseline/policy/recommend.ts';
import { MANAGED_LIMIT, sizeOf, split } from '../../../baseline/policy/size.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { generate } from '../../../bench/detection/generate/generate.ts';
import { type LabelledSet, readSet } from '../../../bench/detection/labelled-set.ts';
import { because, provide } from '../../toolchain/provide.ts';

const python = provide('python');

/** moto wants values, not lists, and the keys as the policy writes them. */
const KEYS: Readonly<Record<string, string>> = {
  's3:prefix': 's3:prefix',
  'aws:requestedregion': 'aws:RequestedRegion',
};

interface Asked {
  readonly function: string;
  readonly request: AccessRequest;
}

function motoVerdicts(policies: Record<string, PolicyDocument[]>, asked: readonly Asked[]): boolean[] {
  const requests = asked.map(({ function: name, request }) => ({
    function: name,
    action: request.action,
    resource: request.resource,
    context: Object.fromEntries(
      [...request.context].flatMap(([key, [value]]) =>
        KEYS[key] === undefined || value === undefined ? [] : [[KEYS[key], value]],
      ),
    ),
  }));
  const out = execFileSync(join(python.folders.python, 'bin/python'), [join(import.meta.dirname, 'judge.py')], {
    input: JSON.stringify({ policies, requests }),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(out);
}

const folder = process.env.ROLEFENCE_LABELLED_SET;
/** Of the project, and not in the checkout. */
const developmentSet = join(import.meta.dirname, '../../../../shared/detection/data');
/** `most`: how many distinct requests are asked about. What was generated is sampled, what was given is asked about in full. */
const sets: { name: string; make: () => LabelledSet; most: number }[] = [
  { name: 'a generated set', make: () => generate(3), most: 4_000 },
];
if (existsSync(developmentSet))
  sets.push({ name: 'the development set', make: () => readSet(developmentSet), most: Infinity });
if (process.env.ROLEFENCE_TEST_ALL)
  sets.push({
    name: 'another generated set, of other functions and attacks',
    make: () => generate(4, 'held-out'),
    most: 4_000,
  });
if (folder !== undefined)
  sets.push({ name: 'the set in ROLEFENCE_LABELLED_SET', make: () => readSet(folder), most: Infinity });

describe.skipIf(python.missing !== null).each(sets)(
  `round trip of $name, judged by moto${because(python)}`,
  ({ make, most }) => {
    const policies: Record<string, PolicyDocument[]> = {};
    let set: LabelledSet;

    /** Each thing that is asked, once: many calls ask the same. */
    const distinct = (calls: readonly Call[]): Asked[] => {
      const found = new Map<string, Asked>();
      for (const call of calls) {
        for (const request of requestsOf(call)) {
          const key = JSON.stringify([
            call.function,
            request.action,
            request.resource,
            request.context.get('s3:prefix'),
            call.region,
          ]);
          if (!found.has(key)) found.set(key, { function: call.function!, request });
        }
      }
      return [...found.values()];
    };
    const own = (call: Call) => call.access.length > 0 && call.accessKeyId === call.ownAccessKeyId;
    const sample = <T>(list: readonly T[]): T[] =>
      list.length <= most ? [...list] : list.filter((_one, i) => i % Math.ceil(list.length / most) === 0);

    beforeAll(() => {
      set = make();
      const learner = createLearner();
      for (const call of set.train) learner.observe(call);
      for (const [name, baseline] of Object.entries(learner.document().functions)) {
        policies[name] = split(recommend(usageOf(name, baseline).uses), MANAGED_LIMIT).map(documentOf);
      }
    });

    it('allows every recorded call of the role', () => {
      const asked = sample(distinct(set.train.filter((call) => own(call) && call.certainty === 'exact')));
      expect(asked.length).toBeGreaterThan(50);
      const verdicts = motoVerdicts(policies, asked);
      expect(
        asked.filter((_one, i) => !verdicts[i]).map(({ request }) => `${request.action} ${request.resource}`),
      ).toEqual([]);
    });

    it('denies every attack that asks for another action or another resource', () => {
      const attacks = set.test.filter((call) => {
        const attack = set.labels.get(call.id!)?.attack;
        const tier = attack == null ? undefined : set.attacks.get(attack)?.tier;
        return call.access.length > 0 && (tier === 'blatant' || tier === 'resource');
      });
      const asked = attacks.map((call) => ({ call, requests: distinct([call]) }));
      const verdicts = motoVerdicts(
        policies,
        asked.flatMap(({ requests }) => requests),
      );
      let at = 0;
      const through = asked.filter(({ requests }) =>
        requests.map(() => verdicts[at++]).every((verdict) => verdict === true),
      );
      expect(asked.length).toBeGreaterThan(30);
      // With a stolen key it is another role's policy that decides
      expect(through.filter(({ call }) => own(call)).map(({ call }) => `${call.id} ${call.operation}`)).toEqual([]);
    });

    it('is judged as our own evaluation judges', () => {
      const asked = sample(distinct(set.test.filter(({ access }) => access.length > 0)));
      const verdicts = motoVerdicts(policies, asked);
      const ours = asked.map(
        ({ function: name, request }) =>
          evaluate({ policies: (policies[name] ?? []).map((one) => readPolicy(one, 'p')), boundary: null }, request)
            .allowed,
      );
      const differing = asked.filter((_one, i) => verdicts[i] !== ours[i]);
      expect(differing.map(({ request }) => `${request.action} ${request.resource}`)).toEqual([]);
    });

    it('stays within what IAM takes', () => {
      for (const documents of Object.values(policies))
        for (const one of documents) expect(sizeOf(one)).toBeLessThanOrEqual(MANAGED_LIMIT);
    });
  },
);
