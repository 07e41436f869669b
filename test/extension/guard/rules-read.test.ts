import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRules } from '../../../extension/guard/rules-read.ts';

const schema = JSON.parse(readFileSync(new URL('../../../baseline/schema/rules.schema.json', import.meta.url), 'utf8'));
const accepts = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
const file = (...rules: unknown[]) => ({ format: 'rolefence.rules/1', rules });
const allow = { name: 'a', effect: 'allow', match: { action: 's3:GetObject' } };

describe('a rules file', () => {
  it.each([
    ['an empty one', { format: 'rolefence.rules/1' }],
    ['lists of patterns', file({ ...allow, match: { function: ['a', 'b'], action: ['s3:*', 'sqs:*'] } })],
    ['a severity', file({ name: 's', effect: 'severity', severity: 'low', match: { detector: 'order' } })],
    ['a cap', file({ name: 'c', effect: 'cap', calls: 0, per: 'hour', match: { action: 'ses:*' } })],
    [
      'an ignored finding',
      file({ name: 'i', effect: 'ignore', match: { detector: 'order' }, until: '2027-01-31', reason: 'r', by: 'Ana' }),
    ],
    ['a host', file({ name: 'h', effect: 'allow', match: { host: '*.example.com' } })],
  ])('may hold %s, and the published schema agrees', (_what, value) => {
    expect(readRules(value).problems).toEqual([]);
    expect(accepts(value), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['', 'allow everything', 'an object was expected'],
    ['format', { format: 'rolefence.rules/2' }, '"rolefence.rules/1" was expected'],
    ['rules', { format: 'rolefence.rules/1', rules: {} }, 'a list was expected'],
    ['rules.0.effects', file({ ...allow, effects: 1 }), 'is not known here'],
    ['rules.0.name', file({ ...allow, name: '' }), 'a text'],
    ['rules.0.effect', file({ ...allow, effect: 'permit' }), 'one of allow, block'],
    ['rules.0.match', file({ ...allow, match: { function: 'f' } }), 'a rule for everything is none'],
    ['rules.0.match', file({ ...allow, match: { region: '*' } }), 'an allowance must say for what it is'],
    ['rules.0.match.resource', file({ ...allow, match: { resource: '*', accessKey: 'A' } }), 'an action was expected'],
    ['rules.0.match.host', file({ ...allow, match: { host: 'a', action: 'b' } }), 'two rules were expected'],
    ['rules.0.match.action', file({ ...allow, match: { action: [] } }), 'at least one pattern'],
    ['rules.0.match.action.1', file({ ...allow, match: { action: ['a', 1] } }), 'a text'],
    ['rules.0.severity', file({ ...allow, severity: 'low' }), 'belongs to the effect severity only'],
    [
      'rules.0.match.detector',
      file({ ...allow, effect: 'block', match: { detector: 'x' } }),
      'has no meaning with block',
    ],
    ['rules.0.until', file({ ...allow, effect: 'ignore', reason: 'r', by: 'b' }), 'is missing'],
    ['rules.0.until', file({ ...allow, until: '31.12.2026' }), 'YYYY-MM-DD'],
    ['rules.0.calls', file({ ...allow, effect: 'cap', calls: -1, per: 'hour' }), 'a whole number from 0'],
    ['examples.0.call', { format: 'rolefence.rules/1', examples: [{ call: {}, expect: 'allow' }] }, 'action (or host'],
  ])('names the field %s where it is wrong, and the published schema agrees', (path, value, message) => {
    const { problems } = readRules(value);
    expect(problems[0]?.path.join('.')).toBe(path);
    expect(problems[0]?.message).toContain(message);
    expect(accepts(value)).toBe(false);
  });

  it('names a detector that there is, or a pattern of some', () => {
    const about = (detector: string) =>
      readRules(file({ name: 's', effect: 'severity', severity: 'low', match: { detector } }));
    expect(about('hour').problems[0]?.message).toBe('no detector is called that: did you mean hours?');
    expect(about('re*').problems).toEqual([]);
    const example = { call: { action: 's3:GetObject', detector: 'ressource' }, expect: 'alert' };
    expect(readRules({ format: 'rolefence.rules/1', examples: [example] }).problems[0]).toMatchObject({
      path: ['examples', 0, 'call', 'detector'],
    });
  });

  it('may not name two rules alike, nor a day that there is not', () => {
    expect(readRules(file(allow, allow)).problems[0]).toMatchObject({ path: ['rules', 1, 'name'] });
    expect(readRules(file({ ...allow, until: '2026-02-30' })).problems[0]).toMatchObject({
      path: ['rules', 0, 'until'],
    });
  });

  it('loses only what is wrong', () => {
    const { rules, problems } = readRules(file(allow, { ...allow, name: 'b', match: {} }, { ...allow, name: 'c' }));
    expect(problems).toHaveLength(1);
    expect(rules.rules.map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('is refused where the published schema refuses it, whatever it holds', () => {
    const text = fc.constantFrom('a', '', 's3:*', '2026-12-31', 'low', 'hour', 'allow', 'cap');
    const value = fc.oneof(text, fc.constantFrom(0, -1, null, true), fc.array(text, { maxLength: 2 }));
    const of = (names: string[]) =>
      fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6, noNullPrototype: true });
    const match = of(['function', 'action', 'resource', 'region', 'account', 'accessKey', 'host', 'detector']);
    const rule = fc
      .tuple(
        of(['name', 'effect', 'severity', 'calls', 'per', 'until', 'reason', 'by', 'other']),
        fc.constantFrom('allow', 'block', 'severity', 'ignore', 'cap'),
        match,
      )
      .map(([members, effect, own]) => ({ name: 'n', ...members, effect, match: own }));
    let good = 0;
    fc.assert(
      fc.property(rule, (one) => {
        const nulls = Object.values(one).some((member) => member === null);
        // Which detectors there are is no matter of form.
        const problems = readRules(file(one)).problems.filter(({ message }) => !message.startsWith('no detector'));
        if (problems.length === 0) good++;
        // The reader takes null for "not given"; the schema has no such word.
        if (!nulls) expect(problems.length === 0, JSON.stringify([one, problems])).toBe(accepts(file(one)));
      }),
      { numRuns: 3_000, seed: 6 },
    );
    expect(good).toBeGreaterThan(20);
  });
});
