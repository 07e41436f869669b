import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Moto } from '../../e2e/aws/moto.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { localAccount } from '../respond/account.ts';
import { motoOverTls, testFleet } from './test-fleet.ts';

const { at, learn, locationOf, rolefence } = testFleet();
const provided = provide('python');

describe.skipIf(provided.missing !== null)(`functions of the same code (moto)${because(provided)}`, () => {
  let moto: Moto;
  let variables: Record<string, string>;
  beforeAll(async () => {
    const local = await motoOverTls(provided.folders.python);
    ({ moto, variables } = local);
    const account = localAccount(local.options);
    const role = await account.role('r');
    for (const [name, code] of [
      ['eu', 'a'],
      ['us', 'a'],
      ['ap', 'a'],
      ['other', 'b'],
    ] as const)
      await account.function(name, role, { code });
    account.close();
    for (const name of ['us', 'ap', 'other'])
      await learn('pool', name, [['shared/config.json', `${name}-photos/1.jpg`]]);
    await learn('pool', 'eu', [['eu-photos/1.jpg']]);
    await learn('pool', 'other', [['other-only/1.jpg']]);
  }, 900_000);
  afterAll(() => moto.close());

  it('are asked of Lambda, and what a quorum of them has seen comes over, marked as theirs', () => {
    const args = ['pull', locationOf('pool'), '--function', 'eu', '--same-code', '--out', at('pooled.json')];
    const { stderr, status } = rolefence(args, variables);
    expect([status, stderr]).toEqual([0, expect.stringContaining('of 2 other functions with the code of eu')]);
    const document = JSON.parse(readFileSync(at('pooled.json'), 'utf8'));
    expect(Object.keys(document.functions.eu.actions['s3:GetObject'].resources)).toEqual([
      'arn:aws:s3:::eu-photos/1.jpg',
      'arn:aws:s3:::shared/config.json',
    ]);
    writeFileSync(at('nothing.json'), JSON.stringify({ format: 'rolefence.baseline/1', functions: {} }));
    const { stdout } = rolefence(['diff', at('nothing.json'), at('pooled.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '+ s3:GetObject on arn:aws:s3:::shared/config.json ! never seen in this function, in 2 others of the same code',
    );
    expect(rolefence(['approve', at('pooled.json'), '--out', at('pooled-approved.json'), '--yes']).status).toBe(0);
    expect(JSON.parse(readFileSync(at('pooled-approved.json'), 'utf8'))).not.toHaveProperty('pool');
  });

  it.each([
    [['--function', 'nobody', '--same-code'], 'Lambda knows no function nobody here'],
    [['--same-code'], '--same-code needs one --function'],
    [
      ['--function', 'eu', '--same-code', '--quorum', '1'],
      '--quorum must be 2 or more: one function alone gives nothing',
    ],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { stderr, status } = rolefence(['pull', locationOf('pool'), '--out', at('x.json'), ...args], variables);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
