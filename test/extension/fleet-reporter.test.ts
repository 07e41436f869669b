import { describe, expect, it } from 'vitest';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import type { Fleet, HandIn, Outcome } from '../../baseline/store/fleet.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import type { KeyValue } from '../../baseline/store/key-value.ts';
import { keyText } from '../../baseline/store/key-value.ts';
import { createReporter } from '../../extension/fleet/reporter.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { arn, aws, get } from '../baseline/calls.ts';

const MINUTE = 60_000;

function learned(version: string, ...keys: string[]): BaselineDocument {
  const learner = createLearner();
  for (const key of keys)
    learner.observe(
      get(key, { function: 'resize', version, invocation: `i-${key}`, time: '2026-01-05T08:00:00.000Z' }),
    );
  return learner.document();
}

/** A reporter before a store that answers as it is told: a fake. */
function reporting(answer: (handIn: HandIn) => Outcome | Error) {
  const handIns: HandIn[] = [];
  const logged: BaselineDocument[] = [];
  const said: string[] = [];
  let at = 0;
  let next: BaselineDocument | null = null;
  const fleet = {
    async contribute(handIn: HandIn) {
      handIns.push(handIn);
      const outcome = answer(handIn);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  } as Partial<Fleet> as Fleet;
  const reporter = createReporter({
    fleet,
    function: 'resize',
    environment: 'e1',
    version: '8',
    take() {
      const taken = next;
      next = null;
      return taken;
    },
    log: { write: (document) => void logged.push(document) },
    report: (problem) => void said.push(problem),
    clock: () => at,
  });
  return {
    reporter,
    handIns,
    logged,
    said,
    async invoked(minute: number, alias: string | null, document: BaselineDocument | null) {
      at = minute * MINUTE;
      next = document;
      reporter.maybe(alias);
      await new Promise(setImmediate);
    },
  };
}

describe('what an environment learned is handed in', () => {
  it('once it has lived ten minutes, then ever more seldom, and at its end, with the aliases it was invoked by', async () => {
    const { reporter, handIns, invoked } = reporting(() => 'written');
    await invoked(0, 'live', learned('8', 'a'));
    await invoked(9, 'live', learned('8', 'a'));
    expect(handIns).toHaveLength(0);
    await invoked(10, 'live', learned('8', 'a'));
    expect(handIns).toHaveLength(1);
    await invoked(19, 'beta', learned('8', 'b'));
    expect(handIns).toHaveLength(1);
    await invoked(20, null, learned('8', 'b'));
    expect(handIns).toHaveLength(2);
    await invoked(39, null, learned('8', 'c'));
    expect(handIns).toHaveLength(2);
    await reporter.last();
    expect(handIns.map(({ last, version, aliases }) => [last, version, aliases])).toEqual([
      [false, '8', ['live']],
      [false, '8', ['live', 'beta']],
      [true, '8', ['live', 'beta']],
    ]);
  });

  it('with what was left for later, and nothing is handed in twice', async () => {
    const { reporter, handIns, invoked } = reporting(({ last }) => (last ? 'written' : 'later'));
    await invoked(10, null, learned('8', 'a'));
    await invoked(20, null, learned('8', 'b'));
    await reporter.last();
    expect(Object.keys(handIns.at(-1)!.learned.functions.resize!.actions['s3:GetObject']!.resources)).toHaveLength(2);
    await reporter.last();
    expect(handIns).toHaveLength(3);
  });

  it('or kept while the store fails, said once, and written to the log when there is no time left', async () => {
    const { reporter, handIns, logged, said, invoked } = reporting(
      () => new Error('the baseline store x cannot be reached (ECONNREFUSED)'),
    );
    await invoked(10, null, learned('8', 'a'));
    await invoked(20, null, learned('8', 'b'));
    await reporter.last();
    expect(handIns).toHaveLength(3);
    expect(said).toEqual([
      'the baseline store x cannot be reached (ECONNREFUSED): what was learned is kept and tried again',
    ]);
    reporter.abandon();
    reporter.abandon();
    expect(logged).toHaveLength(1);
    expect(Object.keys(logged[0]!.functions.resize!.actions['s3:GetObject']!.resources)).toHaveLength(2);
  });
});

describe('a new version', () => {
  /** In memory; a fake that counts. */
  function memory() {
    const values = new Map<string, { bytes: Uint8Array; tag: string }>();
    const requests: string[] = [];
    let tag = 0;
    const store: KeyValue = {
      name: 'memory',
      largest: null,
      async get(key) {
        requests.push(`get ${keyText(key)}`);
        return values.get(keyText(key)) ?? null;
      },
      async put(key, bytes, before) {
        if ((values.get(keyText(key))?.tag ?? null) !== before) return false;
        values.set(keyText(key), { bytes, tag: `${++tag}` });
        return true;
      },
      remove: async (key) => values.delete(keyText(key)),
      async *list(kind) {
        for (const at of [...values.keys()])
          if (kind === 'learned' && at.startsWith(kind)) yield { kind, function: 'resize', part: at.at(-1)! };
      },
    };
    return { store, requests, values };
  }

  it('is judged by what was approved last, from its first call, at one request that is compressed', async () => {
    const { store, requests, values } = memory();
    const fleet = createFleet(store);
    await fleet.approvals.publish('resize', JSON.stringify({ approval: { serial: 1 }, ...learned('7', 'in/1.jpg') }));
    requests.length = 0;
    const document = await createFleet(store).approved('resize', { key: null, min: null });
    expect(requests).toEqual(['get approved#resize']);
    expect([...values.get('approved#resize')!.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    const judged = (newVersion: 'block' | 'alert', call: Parameters<ReturnType<typeof createGuard>['before']>[0]) => {
      const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion });
      guard.arm(document, null);
      return guard.before(call).verdict;
    };
    const usual = get('in/1.jpg', { function: 'resize', version: '8' });
    const strange = (version: string) =>
      aws('dynamodb', 'Scan', arn('dynamodb', 'table/customers'), { function: 'resize', version });
    expect(judged('block', usual)).toBe('allow');
    expect(judged('block', strange('8'))).toBe('block');
    expect(judged('alert', strange('8'))).not.toBe('block');
    expect(judged('alert', strange('7'))).toBe('block');
  });

  it('adds to what earlier ones have learned, each thing with the versions that it was seen in', async () => {
    const { store } = memory();
    for (const [version, key] of [
      ['7', 'in/1.jpg'],
      ['8', 'out/1.jpg'],
    ] as const) {
      await createFleet(store).contribute({
        function: 'resize',
        environment: `e${version}`,
        version,
        aliases: ['live'],
        learned: learned(version, 'in/all.jpg', key),
        last: true,
      });
      await createFleet(store).aggregate();
    }
    const { functions, origins, deployments } = (await createFleet(store).candidate('resize'))!;
    expect(Object.keys(functions.resize!.versions)).toEqual(['7', '8']);
    const versionsOf = (key: string) =>
      origins.resize![JSON.stringify(['resource', 's3:GetObject', `arn:aws:s3:::${key}`])]!.split('|')[1];
    expect([versionsOf('in/all.jpg'), versionsOf('in/1.jpg'), versionsOf('out/1.jpg')]).toEqual(['7.8', '7', '8']);
    expect(Object.keys(deployments.resize!.live!)).toEqual(['7', '8']);
  });
});
