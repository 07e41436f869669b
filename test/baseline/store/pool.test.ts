import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { coverage } from '../../../baseline/review/coverage.ts';
import { Deployments } from '../../../baseline/store/deployments.ts';
import type { Learned } from '../../../baseline/store/learned.ts';
import { originsOf } from '../../../baseline/store/origins.ts';
import { pool } from '../../../baseline/store/pool.ts';
import { arn, aws, connect, get } from '../calls.ts';

function learned(name: string, ...calls: ((given: Partial<Call>) => Call)[]): Learned {
  const learner = createLearner();
  for (const [i, make] of calls.entries())
    learner.observe(make({ function: name, invocation: `${name}-${i}`, version: '1' }));
  const model = FunctionModel.from(learner.document().functions[name]!);
  return {
    model,
    origins: originsOf(model, { environment: `${name}-e`, version: '1' }),
    deployments: new Deployments(),
  };
}

const shared = (given: Partial<Call>) => get('shared/config.json', given);
const own = (bucket: string) => (given: Partial<Call>) => get(`${bucket}/1.jpg`, given);
const scan = (given: Partial<Call>) => aws('dynamodb', 'Scan', arn('dynamodb', 'table/customers'), given);
const host = (given: Partial<Call>) => connect('api.example.org:443', given);

const entry = ({ learned }: ReturnType<typeof pool>) => learned.model.toBaseline();
const resources = (pooled: ReturnType<typeof pool>) =>
  Object.keys(entry(pooled).actions['s3:GetObject']?.resources ?? {});

describe('functions of the same code pool', () => {
  it('what a quorum of the others has seen, and nothing that is one function’s own', () => {
    const mine = learned('eu', own('eu-photos'));
    const others = [learned('us', shared, host, own('us-photos')), learned('ap', shared, host, own('ap-photos'))];
    const pooled = pool(mine, others, 2);
    expect(resources(pooled)).toEqual(['arn:aws:s3:::eu-photos/1.jpg', 'arn:aws:s3:::shared/config.json']);
    expect(Object.keys(entry(pooled).egress)).toEqual(['api.example.org:443']);
    expect([...pooled.taken.values()]).toEqual(expect.arrayContaining([2]));
    expect(resources(pool(mine, others, 3))).toEqual(['arn:aws:s3:::eu-photos/1.jpg']);
  });

  it('nothing that one function alone has done, whatever it claims of environments', () => {
    const compromised = learned('us', shared, scan, scan, scan);
    const pooled = pool(learned('eu', shared), [compromised, learned('ap', shared)], 2);
    expect(Object.keys(entry(pooled).actions)).toEqual(['s3:GetObject']);
    expect(pooled.taken.size).toBe(0);
  });

  it('no foreign key, account or version', () => {
    const foreign = (given: Partial<Call>) =>
      get('shared/config.json', { ...given, accessKeyId: 'AKIAFOREIGN', account: '999999999999', version: '9' });
    const pooled = entry(pool(learned('eu', shared), [learned('us', foreign), learned('ap', foreign)], 2));
    expect(Object.keys(pooled.actions['s3:GetObject']!.credentials)).toEqual(['own']);
    expect(Object.keys(pooled.accounts)).toEqual(['111122223333']);
    expect(Object.keys(pooled.versions)).toEqual(['1']);
  });

  it('no action that would have nothing to be used on', () => {
    const table = (name: string) => (given: Partial<Call>) =>
      aws('dynamodb', 'GetItem', arn('dynamodb', `table/${name}`), given);
    const pooled = entry(pool(learned('eu', shared), [learned('us', table('us')), learned('ap', table('ap'))], 2));
    expect(Object.keys(pooled.actions)).toEqual(['s3:GetObject']);
  });

  it('no sizes and errors that one function alone has, whatever it claims', () => {
    const large = (bytes: number) => (given: Partial<Call>) => get('shared/config.json', { ...given, bytesIn: bytes });
    const sent = (bytes: number) => (given: Partial<Call>) =>
      connect('api.example.org:443', { ...given, bytesOut: bytes });
    const refused = (errorCode: string) => (given: Partial<Call>) =>
      get('shared/config.json', { ...given, bytesIn: 300, status: 403, errorCode });
    const usual = [large(300), large(700), sent(800), refused('AccessDenied')];
    const honest = ['us', 'ap'].map((name) => learned(name, ...usual));
    const compromised = learned(
      'sa',
      ...Array.from({ length: 12 }, (_, i) => large(1e9 - i * 1e7)),
      sent(1e9),
      refused('ExpiredToken'),
    );
    for (const mine of [null, learned('eu', large(100))]) {
      const { actions, egress } = entry(pool(mine, [compromised, ...honest], 2));
      const { size, errors } = actions['s3:GetObject']!;
      for (const { days, ...lists } of [size, egress['api.example.org:443']!.size])
        for (const value of Object.values(lists).flat()) expect(value).toBeLessThan(100_000);
      expect(Object.keys(errors)).toEqual(['AccessDenied']);
      expect(size.bytesIn.slice(0, 2)).toEqual([700, 300]);
      expect(egress['api.example.org:443']!.size.bytesOut).toEqual([800]);
    }
  });

  it('and sizes that are this function’s own stay', () => {
    const large = (given: Partial<Call>) => get('shared/config.json', { ...given, bytesIn: 5e6 });
    const others = ['us', 'ap'].map((name) => learned(name, shared, shared));
    expect(entry(pool(learned('eu', large), others, 2)).actions['s3:GetObject']!.size.bytesIn).toContain(5e6);
  });

  it('and each is still as much observed as it was itself', () => {
    const mine = learned('eu', shared, own('eu-photos'));
    const before = coverage({ format: FORMAT, functions: { eu: mine.model.toBaseline() } }).functions[0]!;
    const others = ['us', 'ap', 'sa'].map((name) => learned(name, shared, host, shared, shared, host));
    const after = coverage({ format: FORMAT, functions: { eu: entry(pool(mine, others, 2)) } }).functions[0]!;
    expect(entry(pool(mine, others, 2)).invocations).toEqual(mine.model.toBaseline().invocations);
    expect(after.blockReady || after.alertReady).toBe(before.blockReady || before.alertReady);
  });

  it('in any order, with one result', () => {
    const mine = learned('eu', own('eu-photos'));
    const others = ['us', 'ap', 'sa'].map((name, at) => {
      const large = (given: Partial<Call>) => get('shared/config.json', { ...given, bytesIn: 1_000 * (at + 1) });
      return learned(name, shared, host, large);
    });
    expect(entry(pool(mine, [...others].reverse(), 2))).toEqual(entry(pool(mine, others, 2)));
  });
});
