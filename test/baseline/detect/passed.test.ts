import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge, detectors } from '../../../baseline/detect/judge.ts';
import { Normal } from '../../../baseline/detect/normal.ts';
import { Passed } from '../../../baseline/detect/passed.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { JudgedTally } from '../../../baseline/learn/tally.ts';
import { arn, aws, connect, get, resized, uuid } from '../calls.ts';

const learner = createLearner();
for (let n = 0; n < 40; n++) for (const one of resized(uuid(n), `i${n}`)) learner.observe(one);
const baseline = learner.document().functions.resize!;

const row = aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Pictures'));
const others: readonly Partial<Call>[] = [
  { region: 'ap-south-1' },
  { account: '999999999999', accessKeyId: null },
  { accessKeyId: 'ASIAEVIL' },
  { accessKeyId: null },
  { ownAccessKeyId: 'ASIAROTATED' },
  { certainty: 'ambiguous', operation: null },
  { certainty: 'unknown', operation: null },
  { prefix: 'USER#' },
  { service: null, operation: 'CONNECT', host: 'evil.example.net:443' },
  { host: 'dynamodb.us-east-1.amazonaws.com' },
];

describe('a kind of call whose request showed nothing', () => {
  it.each(others)('says nothing of one that is %o', (other) => {
    const judge = createJudge(baseline);
    for (let n = 0; n < 3; n++) expect(judge.before(row)).toEqual([]);
    const given = { ...row, ...other };
    expect(judge.before(given)).toEqual(createJudge(baseline).before(given));
  });

  it('is told by all that detectors look at before a call leaves', () => {
    const seen = new Set<string>();
    const watched = (call: Call) =>
      new Proxy(call, {
        get: (target, field) => {
          seen.add(String(field));
          return Reflect.get(target, field);
        },
      });
    const normal = new Normal(baseline);
    const tally = new JudgedTally(1, 1);
    const strange = [connect('evil.example.net:443'), get('backups/all.tgz'), aws('iam', 'CreateUser', '*')];
    for (const call of [row, ...strange, ...others.map((other) => ({ ...row, ...other }))])
      for (const lineage of ['own', 'foreign', 'unsigned', 'unknown', 'issued'] as const)
        for (const detector of detectors)
          if (detector.when === 'before')
            detector.inspect(watched(call), normal, {
              tally,
              lineage,
              several: [],
              anew: [],
              drifts: [],
              ended: null,
              issuer: null,
              sure: true,
            });
    const passed = new Passed();
    passed.note(row, 'own');
    expect(passed.has({ ...row, id: 'another', time: null, invocation: 'another' })).toBe(true);
    expect(seen.size).toBeGreaterThan(5);
    for (const field of seen) expect([field, passed.has({ ...row, [field]: 'another' })]).toEqual([field, false]);
    expect(tally).toEqual(new JudgedTally(1, 1));
  });

  it('passes again only as long as its key is the role’s own', () => {
    const judge = createJudge(baseline);
    const issuing = aws('sts', 'AssumeRole', 'arn:aws:iam::111122223333:role/r', { issuedAccessKeyId: 'ASIAISSUED' });
    const issued = { ...row, accessKeyId: 'ASIAISSUED' };
    judge.after(issuing);
    for (let n = 0; n < 3; n++) expect(judge.before(issued).map(({ detector }) => detector)).toEqual(['credential']);
    expect(judge.before(row)).toEqual([]);
  });
});
