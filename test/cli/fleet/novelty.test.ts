import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, get } from '../../baseline/calls.ts';
import { NOON, testFleet } from './test-fleet.ts';

const HOUR = 3_600_000;
const { at, learn, locationOf, rolefence, writeOld } = testFleet();
const STORE = locationOf('store');

describe('what comes from few environments or one burst', () => {
  beforeAll(async () => {
    const usual = Array.from({ length: 8 }, (_, e) => [`photos/in/${e}.jpg`, 'photos/in/all.jpg']);
    await learn('store', 'resize', usual);
    await learn('store', 'resize', [['photos/in/all.jpg', 'dynamodb:Scan']], '7', NOON + 20 * HOUR);
    expect(rolefence(['pull', STORE, '--out', at('candidate.json')]).status).toBe(0);
    writeOld('old.json');
  });

  it('stands out in the diff, in words', () => {
    const { stdout, status } = rolefence(['diff', at('old.json'), at('candidate.json')]);
    expect(status).toBe(1);
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(
      '+ dynamodb:Scan ! seen in one environment of many, handed in within one hour (2026-11-26 08h)',
    );
    expect(flat).toContain(
      '+ dynamodb:Scan on arn:aws:dynamodb:eu-west-1:111122223333:table/customers ! seen in one environment',
    );
    expect(flat).not.toMatch(/s3:GetObject[^!+]*photos\/in\/all[^+]*!/);
  });

  it('and as JSON', () => {
    const { stdout } = rolefence(['diff', '--json', at('old.json'), at('candidate.json')]);
    const changes = JSON.parse(stdout).changes as { facet: string; value: string; novelty: object }[];
    expect(changes.find(({ facet, value }) => facet === 'action' && value === 'dynamodb:Scan')!.novelty).toEqual({
      invocations: 1,
      environments: 1,
      hours: 1,
      versions: ['7'],
      standsOut: 'seen in one environment of many, handed in within one hour (2026-11-26 08h)',
    });
  });

  it('is warned of before it is approved, and does not go to sensors', () => {
    const args = ['approve', at('candidate.json'), '--against', at('old.json'), '--out', at('warned.json'), '--yes'];
    const { stderr, status } = rolefence(args);
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: \d+ new things come from few environments or one burst \(marked !\)/);
    expect(Object.keys(JSON.parse(readFileSync(at('warned.json'), 'utf8'))).sort()).toEqual([
      'approval',
      'format',
      'functions',
    ]);
  });

  it('is told as a version’s own where that version brought it, with the alias that led to both', async () => {
    const usual = Array.from({ length: 6 }, () => ['photos/in/all.jpg']);
    await learn('canary', 'resize', usual, '7', NOON);
    await learn('canary', 'resize', [['photos/in/all.jpg', 'dynamodb:Query']], '8', NOON + 2 * HOUR);
    rolefence(['pull', locationOf('canary'), '--out', at('canary.json')]);
    const { stdout } = rolefence(['diff', at('old.json'), at('canary.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('only in version 8, which alias live led to beside 7');
  });

  it('is told by its days where a document says no more', () => {
    const learner = createLearner();
    for (let n = 0; n < 40; n++)
      learner.observe(
        get('photos/in/all.jpg', {
          function: 'resize',
          invocation: `d${n}`,
          time: `2026-03-${10 + (n % 9)}T08:00:00.000Z`,
        }),
      );
    learner.observe(
      aws('dynamodb', 'Scan', arn('dynamodb', 'table/customers'), {
        function: 'resize',
        invocation: 'd3',
        time: '2026-03-13T08:00:00.000Z',
      }),
    );
    writeFileSync(at('days.json'), JSON.stringify(learner.document()));
    const { stdout } = rolefence(['diff', at('old.json'), at('days.json')]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /dynamodb:Scan ! seen in one invocation of about \d+, on 2026-03-13/,
    );
  });
});
