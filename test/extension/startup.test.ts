import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { readConfig } from '../../extension/config.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { createLog } from '../../extension/log.ts';
import { arm } from '../../extension/startup.ts';
import { arn, aws, get } from '../baseline/calls.ts';

const learner = createLearner();
learner.observe(get('in/1.jpg', { function: 'resize' }));
const known = learner.document();
const strange = () => aws('dynamodb', 'Scan', arn('dynamodb', 'table/customers'), { function: 'resize' });

/** A store that answers when it is told to; a fake, since no real one waits to be asked. */
function slow(onFailure: 'open' | 'closed') {
  const { config } = readConfig({
    ROLEFENCE_MODE: 'block',
    ROLEFENCE_BASELINE: 'dynamodb://baselines',
    ROLEFENCE_BASELINE_WAIT_MS: '300',
    ROLEFENCE_ON_FAILURE: onFailure,
  });
  const guard = createGuard({ mode: 'block', onFailure, newVersion: 'block' });
  const lines: string[] = [];
  let asked = 0;
  let answer: (document: BaselineDocument | null) => void = () => {};
  const promise = new Promise<BaselineDocument | null>((resolve) => {
    answer = resolve;
  });
  const source = {
    name: 'dynamodb://baselines',
    load: () => {
      asked++;
      return promise;
    },
    breakGlass: async () => null,
    isolation: async () => null,
  };
  const waited = arm(
    guard,
    null,
    source,
    config,
    createLog('info', (line) => lines.push(line)),
  );
  let over = false;
  void waited.then(() => {
    over = true;
  });
  return { guard, lines, answer, waited, isOver: () => over, asked: () => asked };
}

describe('the start', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for the baseline as long as is configured and no longer, then ROLEFENCE_ON_FAILURE decides', async () => {
    for (const [onFailure, verdict, said] of [
      ['open', 'allow', 'calls go through unjudged'],
      ['closed', 'block', 'calls are refused (ROLEFENCE_ON_FAILURE is closed)'],
    ] as const) {
      const { guard, lines, isOver, asked } = slow(onFailure);
      await vi.advanceTimersByTimeAsync(299);
      expect(isOver()).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(isOver()).toBe(true);
      expect(asked()).toBe(1);
      expect(lines.join('\n')).toContain(`the baseline dynamodb://baselines has not arrived after 300 ms: ${said}`);
      expect(guard.before(strange()).verdict === 'block' ? 'block' : 'allow').toBe(verdict);
    }
  });

  it('takes a baseline that comes later from then on, without asking again', async () => {
    const { guard, lines, answer, isOver, asked } = slow('open');
    await vi.advanceTimersByTimeAsync(300);
    expect(isOver()).toBe(true);
    answer(known);
    await vi.advanceTimersByTimeAsync(0);
    expect(guard.before(strange()).verdict).toBe('block');
    expect(guard.before(get('in/1.jpg', { function: 'resize' })).verdict).toBe('allow');
    expect(lines.join('\n')).toContain('has arrived and holds from now on');
    expect(asked()).toBe(1);
  });

  it('goes on at once where the baseline is there before', async () => {
    const { guard, answer, waited, lines } = slow('closed');
    answer(known);
    await waited;
    expect(guard.before(strange()).verdict).toBe('block');
    expect(guard.before(get('in/1.jpg', { function: 'resize' })).verdict).toBe('allow');
    expect(lines).toEqual([]);
  });
});
