import { describe, expect, it } from 'vitest';
import { CANARY_HOST, expectsCanary, watchForCanary } from '../../../extension/sight/canary.ts';
import { createSight } from '../../../extension/sight/status.ts';
import * as preload from '../../../layer/preload/canary.ts';
import { finding } from '../alerts/findings.ts';

const past = finding({ detector: 'bypass' });

describe('how much of a function is seen', () => {
  it('is not said before anything shows it', () => {
    const sight = createSight(() => false);
    expect(sight.status()).toBeNull();
    sight.finding(finding({ detector: 'action' }));
    expect(sight.status()).toBeNull();
  });

  it.each(['call', 'canary'] as const)('is shown by a %s, and partly where something goes past as well', (kind) => {
    const sight = createSight(() => false);
    sight[kind]();
    expect(sight.status()).toBe('intercepted');
    sight.finding(past);
    expect(sight.status()).toBe('partly');
  });

  it('is nothing where all that was seen goes past, or nothing is opened', () => {
    const sight = createSight(() => false);
    sight.finding(past);
    expect(sight.status()).toBe('bypassed');
    const unread = createSight(() => true);
    unread.call();
    expect(unread.status()).toBe('bypassed');
  });
});

describe('the canary', () => {
  it('has one name on both sides', () => {
    expect(preload.CANARY_HOST).toBe(CANARY_HOST);
  });

  it('is expected where Lambda’s own Node is', () => {
    expect(expectsCanary(process.execPath)).toBe(true);
    expect(expectsCanary('/nonexistent/node')).toBe(false);
  });

  it('is missed after a second of invocations, once', () => {
    let now = 0;
    const watch = watchForCanary(true, () => now);
    expect(watch.missing(false)).toBe(false);
    now = 999;
    expect(watch.missing(false)).toBe(false);
    now = 1_000;
    expect(watch.missing(false)).toBe(true);
    expect(watch.missing(false)).toBe(false);
  });

  it('is not missed where it came, or where none is sent', () => {
    let now = 0;
    const came = watchForCanary(true, () => now);
    expect(came.missing(true)).toBe(false);
    now = 5_000;
    expect(came.missing(false)).toBe(false);
    expect(watchForCanary(false, () => now).missing(false)).toBe(false);
  });

  it('is sent by the runtime’s own process only', () => {
    const sensor = { port: 1, socketPath: null, certificatePem: null, onFailure: 'open' } as const;
    const child: NodeJS.ProcessEnv = { _HANDLER: 'app.handler', ROLEFENCE_CANARY: 'sent' };
    preload.sendCanary(sensor, child);
    expect(child).toEqual({ _HANDLER: 'app.handler', ROLEFENCE_CANARY: 'sent' });
    const other: NodeJS.ProcessEnv = {};
    preload.sendCanary(sensor, other);
    expect(other).toEqual({});
  });
});
