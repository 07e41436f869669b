import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { arn, aws, get, resized, uuid } from '../calls.ts';
import { learned, loud, told, work } from './telling.ts';

describe('a version that nobody has approved', () => {
  const deployed = (one: Call): Call => ({ ...one, version: '8' });

  it('brings what is new as notices', () => {
    const judge = learned(work);
    for (let n = 0; n < 40; n++) {
      const one = deployed(aws('sqs', 'SendMessage', arn('sqs', 'audit'), { invocation: `d-${n}` }));
      expect(loud(told(judge, one, 200 + n))).toEqual([]);
    }
  });

  it('but not what it had not brought at first', () => {
    const judge = learned(work);
    for (let n = 0; n < 40; n++)
      told(judge, deployed(get(`photos/uploads/${uuid(n)}.jpg`, { invocation: `d-${n}` })), 200);
    expect(
      loud(told(judge, deployed(aws('sqs', 'SendMessage', arn('sqs', 'payouts'), { invocation: 'x' })))),
    ).not.toEqual([]);
  });

  const twice = (n: number, version: string) =>
    resized(uuid(5_000 + n), `twice-${n}`)
      .flatMap((one) => [one, one])
      .map((one) => ({ ...one, version }));

  it('brings an order of known steps that nobody knew', () => {
    const found = (version: string) => {
      const judge = learned(work);
      return [0, 1]
        .flatMap((n) => twice(n, version))
        .flatMap((one) => loud(told(judge, one)))
        .map(([, key]) => key);
    };
    expect(found('7').filter((key) => key.startsWith('order'))).not.toEqual([]);
    expect(found('8').filter((key) => key.startsWith('order'))).toEqual([]);
  });

  it('but an order of its first invocations is no licence to go on with it from the next day on', () => {
    const judge = learned(work);
    const orders = (n: number, hours: number) =>
      twice(n, '8')
        .flatMap((one) => loud(told(judge, one, hours)))
        .filter(([, key]) => key!.startsWith('order'));
    for (let n = 0; n < 6; n++) expect(orders(n, 200 + n)).toEqual([]);
    expect(orders(6, 230)).not.toEqual([]);
  });

  it('nor what comes a day later, however seldom it is invoked', () => {
    const judge = learned(work);
    const send = (hours: number) => {
      const one = deployed(aws('sqs', 'SendMessage', arn('sqs', `queue-${hours}`), { invocation: `d-${hours}` }));
      return loud(told(judge, one, hours));
    };
    expect(send(200)).toEqual([]);
    expect(send(210)).toEqual([]);
    expect(send(225)).not.toEqual([]);
  });

  it.each([
    ['iam', aws('iam', 'ListUsers', '*')],
    ['sts', aws('sts', 'GetCallerIdentity', '*')],
    ['kms', aws('kms', 'Decrypt', arn('kms', 'key/1'))],
    ['secrets', aws('secretsmanager', 'ListSecrets', '*')],
    ['accounts', aws('cognito-idp', 'AdminCreateUser', arn('cognito-idp', 'userpool/eu-west-1_a'))],
    ['parameters', aws('ssm', 'GetParameter', arn('ssm', 'parameter/prod/rds/master'))],
    ['images', aws('ecr', 'PutImage', arn('ecr', 'repository/base'))],
    ['computing power', aws('bedrock', 'InvokeModel', arn('bedrock', 'foundation-model/large'))],
  ])('never for %s', (_, one) => {
    expect(loud(told(learned(work), deployed({ ...one, invocation: 'x' })))).not.toEqual([]);
  });

  it('and what hardly came again was no part of its deployment: it is told with the call that made it', () => {
    const judge = learned(work);
    const send = (queue: string, n: number) =>
      deployed(aws('sqs', 'SendMessage', arn('sqs', queue), { invocation: `d-${n}`, id: `${queue}-${n}` }));
    const found: string[] = [];
    for (let n = 0; n < 80; n++) {
      for (const one of [send('audit', n), ...(n === 2 ? [send('payouts', n)] : [])]) {
        judge.before(one);
        for (const { severity, resource, call } of judge.after(one))
          if (severity !== 'info') found.push(`${resource} in ${call?.id} told in ${n}`);
      }
    }
    expect(found).toEqual([`${arn('sqs', 'payouts')} in payouts-2 told in 53`]);
  });

  it.each([
    ['is told all the same where the version is replaced before', '9', 1],
    ['but not for being done no more by the version that its own is to replace', '7.5', 0],
  ])('%s', (_, other, times) => {
    const judge = learned(work);
    const make = (version: string, n: number, one: Call) =>
      loud(told(judge, { ...one, version, invocation: `d-${version}-${n}` }, 200 + n / 10));
    const picture = (n: number) => get(`photos/uploads/${uuid(n)}.jpg`);
    make('7.5', 0, picture(0));
    make('8', 1, aws('sqs', 'SendMessage', arn('sqs', 'payouts')));
    for (let n = 2; n < 14; n++) expect(make('8', n, picture(n))).toEqual([]);
    const found = Array.from({ length: 60 }, (_, n) => make(other, n + 14, picture(n))).flat();
    expect(found.map(([, key]) => key)).toHaveLength(times);
  });

  it('and not where a later version keeps it up after its own first invocations', () => {
    const judge = learned(work);
    const make = (version: string, n: number, one: Call): string[] => {
      const named = { ...one, id: `${version}-${n}`, version, invocation: `d-${version}-${n}` };
      judge.before(named);
      return judge.after(named).map(({ reason }) => reason);
    };
    const send = aws('sqs', 'SendMessage', arn('sqs', 'payouts'));
    make('8', 0, send);
    const picture = (n: number) => get(`photos/uploads/${uuid(n)}.jpg`);
    const reasons = Array.from({ length: 70 }, (_, n) => make('9', n, n < 24 ? picture(n) : send)).flat();
    expect(reasons.filter((reason) => reason.includes('of the next 50'))).toEqual([]);
  });

  it('counts invocations, not the turns that two of them take', () => {
    const judge = learned(work);
    const found: string[] = [];
    for (let n = 0; n < 960; n++) {
      const invocation = `d-${2 * Math.floor(n / 80) + (n % 2)}`;
      const isFirst = n % 80 < 2;
      const one = isFirst
        ? aws('sqs', 'SendMessage', arn('sqs', 'audit'), { invocation })
        : get(`photos/uploads/${uuid(n)}.jpg`, { invocation });
      found.push(...loud(told(judge, deployed(one))).map(([, key]) => key));
    }
    expect(found.filter((key) => key.startsWith('sqs'))).toEqual([]);
  });

  it.each([
    ['in vain', { status: 404, errorCode: 'NoSuchBucket' }],
    ['with success', {}],
  ])('but no crowd of decoys keeps an intruder from being told, neither %s', (_, answer) => {
    const judge = learned(work);
    const found: string[] = [];
    const make = (one: Call) => {
      for (const { severity, resource } of [...judge.before(one), ...judge.after(one)])
        if (severity !== 'info') found.push(resource!);
    };
    for (let n = 0; n < 64; n++)
      make(deployed(get(`decoy-${n}/x`, { invocation: 'd-0', id: `decoy-${n}`, ...answer })));
    make(deployed(aws('sqs', 'SendMessage', arn('sqs', 'payouts'), { invocation: 'd-1', id: 'payouts' })));
    for (let n = 2; n < 60; n++)
      make(deployed(get(`photos/uploads/${uuid(n)}.jpg`, { invocation: `d-${n}`, id: `${n}` })));
    expect(found).toContain(arn('sqs', 'payouts'));
  });
});
