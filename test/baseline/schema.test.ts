import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { createJudge } from '../../baseline/detect/judge.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { decide } from '../../extension/guard/decide.ts';
import { connect, get, resized, uuid } from './calls.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTuples: false });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);
const schema = (name: string) => {
  const json = JSON.parse(readFileSync(new URL(`../../baseline/schema/${name}.schema.json`, import.meta.url), 'utf8'));
  return ajv.getSchema(json.$id) ?? ajv.compile(json);
};

const calls = Array.from({ length: 30 }, (_, n) => resized(uuid(n), `inv-${n}`)).flat();

describe('the published schemas hold for', () => {
  it('every Call record', () => {
    const valid = schema('call');
    for (const one of [...calls, connect('api.example.com:443')])
      expect(valid(one), JSON.stringify(valid.errors)).toBe(true);
  });

  it('what a learner writes', () => {
    const learner = createLearner();
    for (const one of [...calls, connect('api.example.com:443', { invocation: 'inv-3' })]) learner.observe(one);
    const valid = schema('baseline');
    expect(valid(JSON.parse(serializeBaseline(learner.document()))), JSON.stringify(valid.errors)).toBe(true);
  });

  it('findings', () => {
    const learner = createLearner();
    for (const one of calls) learner.observe(one);
    const judge = createJudge(learner.document().functions.resize!);
    const one = get('backups/x.tgz', { id: '1' });
    const { findings } = decide(one, judge.before(one), { mode: 'block', lenient: false });
    const valid = schema('finding');
    expect(findings).toHaveLength(1);
    expect(valid(findings[0]), JSON.stringify(valid.errors)).toBe(true);
  });
});

it('refuses a document of another format', () => {
  expect(schema('baseline')({ format: 'rolefence.baseline/2', functions: {} })).toBe(false);
});
