import { describe, expect, it } from 'vitest';
import {
  type ExtensionsApi,
  LambdaApiError,
  type LifecycleEvent,
} from '../../../extension/lifecycle/extensions-api.ts';
import { live, type Resident } from '../../../extension/lifecycle/phases.ts';

const REGISTRATION = {
  identifier: 'ID',
  functionName: 'resize',
  functionVersion: '7',
  accountId: null,
  invocations: true,
};
const invoke = (requestId: string): LifecycleEvent => ({
  type: 'INVOKE',
  requestId,
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:resize',
  deadlineMs: 0,
  trace: null,
});
const shutdown = (deadlineMs: number): LifecycleEvent => ({ type: 'SHUTDOWN', reason: 'spindown', deadlineMs });

/** One script of answers for `register` and `next`: an Error is thrown. */
function scripted(answers: readonly (LifecycleEvent | Error | typeof REGISTRATION)[]) {
  const left = [...answers];
  const order: string[] = [];
  const reports: string[] = [];
  const pauses: number[] = [];
  let alone = false;
  const answer = async <T>(what: string): Promise<T> => {
    order.push(what);
    const one = left.shift();
    if (one === undefined) throw new Error('nothing more was expected');
    if (one instanceof Error) throw one;
    return one as T;
  };
  const api: ExtensionsApi = { register: () => answer('register'), next: () => answer('next') };
  const resident: Resident = {
    registered: ({ identifier }) => void order.push(`registered ${identifier}`),
    finished: () => null,
    over: async ({ requestId }, capMs) => void order.push(`over ${requestId} ${capMs}`),
    invoked: ({ requestId }) => void order.push(`invoked ${requestId}`),
    meanwhile: ({ requestId }) => void order.push(`meanwhile ${requestId}`),
    shutdown: async (reason, capMs) => void order.push(`shutdown ${reason} ${capMs}`),
  };
  const surroundings = {
    report: (problem: string) => void reports.push(problem),
    pause: async (ms: number) => {
      pauses.push(ms);
      if (pauses.length > 20) alone = true;
    },
    soon: (work: () => void) => work(),
    now: () => 10_000,
    abandoned: () => alone,
  };
  return { api, resident, surroundings, order, reports, pauses };
}

describe('the environment’s life', () => {
  it('asks for the next event before it does anything else in an invocation, because waiting is billed', async () => {
    const s = scripted([REGISTRATION, invoke('a'), invoke('b'), shutdown(12_000)]);
    await live(s.api, s.resident, s.surroundings, false);
    expect(s.order).toEqual([
      'register',
      'registered ID',
      'next',
      'invoked a',
      'next',
      'meanwhile a',
      'invoked b',
      'next',
      'meanwhile b',
      'shutdown spindown 1500',
    ]);
  });

  it('where Lambda tells of the function’s end, sends what is due after it, for a tenth of a second at most', async () => {
    const s = scripted([REGISTRATION, invoke('a'), invoke('b'), invoke('c'), invoke('d'), shutdown(12_000)]);
    const now = s.surroundings.now();
    // Of the last it was not told in time; the one before it ended long ago.
    const ends: Record<string, number | null> = { a: now, b: now - 30, c: now - 100, d: null };
    const resident: Resident = { ...s.resident, finished: async ({ requestId }) => ends[requestId] ?? null };
    await live(s.api, resident, s.surroundings, false);
    expect(s.order.slice(2)).toEqual([
      'next',
      'invoked a',
      'meanwhile a',
      'over a 100',
      'next',
      'invoked b',
      'meanwhile b',
      'over b 70',
      'next',
      'invoked c',
      'meanwhile c',
      'next',
      'invoked d',
      'meanwhile d',
      'next',
      'shutdown spindown 1500',
    ]);
  });

  it('leaves Lambda’s deadline alone when it shuts down', async () => {
    const late = scripted([REGISTRATION, shutdown(10_400)]);
    await live(late.api, late.resident, late.surroundings, false);
    expect(late.order.at(-1)).toBe('shutdown spindown 250');
    const over = scripted([REGISTRATION, shutdown(9_000)]);
    await live(over.api, over.resident, over.surroundings, false);
    expect(over.order.at(-1)).toBe('shutdown spindown 0');
  });

  it('does not register again as the successor of a process that had', async () => {
    const s = scripted([invoke('a'), shutdown(0)]);
    await live(s.api, s.resident, s.surroundings, true);
    expect(s.order).toEqual(['next', 'invoked a', 'next', 'meanwhile a', 'shutdown spindown 1500']);
  });

  it('asks again, with growing pauses and one line, when Lambda does not answer', async () => {
    const s = scripted([new Error('no answer'), REGISTRATION, new Error('no'), new Error('no'), shutdown(0)]);
    await live(s.api, s.resident, s.surroundings, false);
    expect(s.order.at(-1)).toBe('shutdown spindown 1500');
    expect(s.pauses).toEqual([50, 50, 100]);
    expect(s.reports).toEqual(['no answer: asking again']);
  });

  it('asks often and without a word while the question of the process before it is still open', async () => {
    const open = new LambdaApiError('refused', 'refused with status 403', { status: 403 });
    const s = scripted([open, open, open, invoke('a'), shutdown(0)]);
    await live(s.api, s.resident, s.surroundings, true);
    expect(s.pauses).toEqual([25, 25, 25]);
    expect(s.reports).toEqual([]);
  });

  it('ends only when nobody is left above it', async () => {
    const s = scripted([REGISTRATION]);
    await live(s.api, s.resident, s.surroundings, false);
    expect(s.pauses.length).toBe(21);
    expect(Math.max(...s.pauses)).toBe(2_000);
    expect(s.order.some((step) => step.startsWith('shutdown'))).toBe(false);
  });
});
