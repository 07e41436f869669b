import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderStore } from '../../../baseline/store/folder.ts';
import { heldWords } from '../../../cli/baseline/standing.ts';
import { testFleet } from './test-fleet.ts';

const { at, handIn, learn, locationOf, rolefence } = testFleet();

describe('what a store holds of a function', () => {
  it('waits for nobody where the candidate has nothing that was not approved', () => {
    const approval = { serial: 20261126090813, time: '2026-11-26T09:08:13Z', by: 'ann', signed: false };
    const one = { function: 'f', approved: true, learned: true, handedIn: true, approval, isolation: null };
    const words = (news: number | null) =>
      heldWords({ ...one, news, isolationUnread: false, breakGlass: null }, 's3://b/p').split('; ')[1];
    expect([0, 1, null].map(words)).toEqual([undefined, 'a candidate with 1 new thing', 'a candidate']);
  });

  it('is told of what was handed in before the aggregation has joined it', async () => {
    await handIn('fresh', 'payout', [['in/1.jpg'], ['in/2.jpg']]);
    const store = locationOf('fresh');
    expect(rolefence(['history', store]).stdout).toBe(
      `  payout  nothing approved; handed in, not aggregated yet (rolefence baseline aggregate ${store})\n`,
    );
    const waiting = {
      function: 'payout',
      approved: false,
      learned: false,
      handedIn: true,
      approval: null,
      news: null,
      isolation: null,
      isolationUnread: false,
      breakGlass: null,
    };
    expect(JSON.parse(rolefence(['history', store, '--json']).stdout)).toEqual({
      functions: [waiting],
      breakGlass: null,
    });
    expect(rolefence(['aggregate', store]).status).toBe(0);
    expect(JSON.parse(rolefence(['history', store, '--json']).stdout)).toEqual({
      functions: [{ ...waiting, learned: true, handedIn: false }],
      breakGlass: null,
    });
  });

  it('is told of the others where one function holds what no command of ours writes', async () => {
    await learn('odd', 'fine', [['in/1.jpg']]);
    const store = folderStore(at('odd/'));
    const approvedAs = (name: string, bytes: Uint8Array) =>
      store.put({ kind: 'approved', function: name, part: null }, bytes, null);
    await approvedAs('numbers', gzipSync(JSON.stringify({ approval: { serial: 20261125190812, time: 5, by: {} } })));
    await approvedAs('cut', gzipSync('x'.repeat(2_000)).subarray(0, 20));
    await approvedAs('null', gzipSync('{"approval":null}'));
    const { status, stdout, stderr } = rolefence(['history', locationOf('odd')]);
    expect(status).toBe(0);
    expect(stdout.match(/^ {2}\w+/gm)).toEqual(['  cut', '  fine', '  null', '  numbers']);
    expect(stdout).toContain('cut      approved, with no serial that can be read');
    expect(stderr).toMatch(/^rolefence baseline history: warning: what is approved of cut in .* is not known: .*\n$/);
  });

  it('is told of the switch of a fleet in a store without functions, and of functions that nobody knows', () => {
    const store = locationOf('glass');
    const open = ['break-glass', store, '--hours', '1', '--by', 'bob', '--reason', 'release 41'];
    expect(rolefence(open).status).toBe(0);
    expect(rolefence(['history', store]).stderr).toMatch(
      /of any function yet; block mode only alerts until .*bob: rel/,
    );
    expect(JSON.parse(rolefence(['history', store, '--json']).stdout)).toMatchObject({
      functions: [],
      breakGlass: { reason: 'release 41' },
    });
    expect(rolefence(['break-glass', store, '--end']).status).toBe(0);
    expect(rolefence([...open, '--function', 'payout']).status).toBe(0);
    expect(rolefence(['history', store]).stdout).toMatch(
      /^ {2}payout {2}nothing approved\n {10}block mode only alerts/,
    );
  });
});
