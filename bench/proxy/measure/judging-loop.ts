import { createLearner } from '../../../baseline/learn/learner.ts';
import { callOf } from '../../../extension/call-record.ts';
import { createGuard } from '../../../extension/guard/guard.ts';
import { identify } from '../../../extension/identify/identify.ts';
import type { NamedRequest, RequestHead } from '../../../extension/identify/request.ts';
import { getItem } from '../client/requests.ts';
import { hostOf, OWN_KEY, type Route } from '../contestants/contestant.ts';
import { median } from '../statistics.ts';

const HOST = hostOf('near', 'dynamodb');
const ROUTE: Route = { dial: { path: '' }, connect: null, host: HOST, authority: HOST };

const IDENTITY = {
  function: 'bench',
  version: '1',
  environment: 'bench',
  account: null,
  ownAccessKeyId: OWN_KEY,
  invocation: null,
};

export function measure(): number {
  const text = getItem(ROUTE).toString('latin1');
  const [lines = '', body = ''] = text.split('\r\n\r\n');
  const headers = lines
    .split('\r\n')
    .slice(1)
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const host = headers.find(([name]) => name === 'host')?.[1] ?? '';
  const head: RequestHead = {
    method: 'POST',
    target: '/',
    headers,
    scheme: 'https',
    authority: null,
    sni: host,
    connect: `${host}:443`,
  };
  const bytes = Buffer.from(body);
  const name = (): NamedRequest => {
    const found = identify(head, { account: null });
    return found.kind === 'named' ? found.named : found.name(bytes, false);
  };

  const learner = createLearner();
  for (let n = 0; n < 50; n++) {
    const time = new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
    learner.observe({
      ...callOf(IDENTITY, `${n}`, time, name()),
      verdict: 'allow',
      status: 200,
      bytesIn: 300,
      bytesOut: 1_200,
    });
  }
  const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
  guard.arm(learner.document(), null);

  const taken: number[] = [];
  for (let n = 0; n < 20_000; n++) {
    const from = performance.now();
    const judged = guard.before(callOf(IDENTITY, `${n}`, '2026-01-01T00:00:00.000Z', name()));
    taken.push((performance.now() - from) * 1_000);
    if (judged.verdict === 'block') throw new Error(judged.findings[0]?.reason ?? 'refused');
  }
  return median(taken.slice(10_000));
}
