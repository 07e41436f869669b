import { describe, expect, it } from 'vitest';
import { arn, aws, call, connect, get, put, resized, uuid } from '../calls.ts';
import { HOUR, learned, loud, ordinary, START, told, work } from './telling.ts';

describe('what is one story has one key', () => {
  it('in the invocation that opened it, and for a day', () => {
    const judge = learned(work);
    const first = told(judge, get('other/x.tgz', { invocation: 'a' }));
    const second = told(judge, put('other/y.tgz', { invocation: 'a' }));
    const next = told(judge, put('other/y.tgz', { invocation: 'b' }), 210);
    expect(new Set([...loud(first), ...loud(second), ...loud(next)].map(([, key]) => key))).toEqual(
      new Set([first[0]![1]]),
    );
    const later = told(judge, put('other/y.tgz', { invocation: 'c' }), 240);
    expect(later[0]![1]).not.toBe(first[0]![1]);
  });

  it('but never takes in what touches identities and secrets', () => {
    const judge = learned(work);
    told(judge, get('other/x.tgz', { invocation: 'a' }));
    const [found] = loud(
      told(judge, aws('iam', 'CreateAccessKey', 'arn:aws:iam::111122223333:user/x', { invocation: 'a' })),
    );
    expect(found).toEqual(['critical', 'iam:CreateAccessKey arn:aws:iam::111122223333:user/x']);
  });

  it('and takes in all that is done to one secret', () => {
    const judge = learned(work);
    const keys = ['DescribeSecret', 'GetSecretValue'].flatMap((operation) =>
      loud(
        told(judge, aws('secretsmanager', operation, arn('secretsmanager', 'secret:root-AbCdEf'), { invocation: 'a' })),
      ).map(([, key]) => key),
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('and what other invocations show of a new thing of the same name, within a day', () => {
    const fleet = learned(
      Array.from({ length: 120 }, (_, n) => {
        const at = { invocation: `f-${n}`, time: new Date(START + n * HOUR).toISOString() };
        const kind = ['lock', 'hub', 'bell', 'lamp'][n % 4];
        return [
          put(`lake/raw/model=${kind}/${uuid(n)}.json`, at),
          aws('iot', 'Publish', arn('iot', `topic/cmd/${kind}/${uuid(n)}`), at),
        ];
      }).flat(),
    );
    const [first] = loud(told(fleet, put(`lake/raw/model=mini/${uuid(1_000)}.json`, { invocation: 'a' })));
    const publish = (kind: string, invocation: string, hours: number) =>
      loud(told(fleet, aws('iot', 'Publish', arn('iot', `topic/cmd/${kind}/${uuid(1_001)}`), { invocation }), hours));
    expect(publish('mini', 'b', 210)).toEqual([first]);
    expect(publish('siren', 'c', 211)[0]![1]).not.toBe(first![1]);
  });

  it('and is told once in an invocation', () => {
    const judge = learned(work);
    expect(loud(told(judge, get('other/1.tgz', { invocation: 'a' })))).not.toEqual([]);
    expect(loud(told(judge, get('other/2.tgz', { invocation: 'a' })))).toEqual([]);
  });
});

describe('what has been told becomes a notice', () => {
  const scan = (n: number) => aws('dynamodb', 'Scan', arn('dynamodb', 'table/Pictures'), { invocation: `scan-${n}` });

  it('after three invocations, and stays one while it goes on', () => {
    const judge = learned(work);
    for (let n = 0; n < 3; n++) {
      expect(loud(told(judge, scan(n), 200 + n))).not.toEqual([]);
      ordinary(judge, 200 + n);
    }
    expect(loud(told(judge, scan(3), 204))).toEqual([]);
    expect(loud(told(judge, scan(4), 300))).toEqual([]);
    expect(loud(told(judge, scan(5), 300 + 8 * 24))).not.toEqual([]);
  });

  it('at once, where it goes on in most invocations without a gap', () => {
    const judge = learned(work);
    expect(loud(told(judge, scan(0), 200))).not.toEqual([]);
    expect(loud(told(judge, scan(1), 201))).toEqual([]);
    expect(loud(told(judge, scan(2), 240))).not.toEqual([]);
  });

  it('not at once where it cannot be read for certain: the next one may be anything', () => {
    const judge = learned(work);
    for (let n = 0; n < 3; n++) {
      const ambiguous = call({
        invocation: `a-${n}`,
        service: 'sts',
        operation: null,
        certainty: 'ambiguous',
        access: [{ action: 'sts:*', resources: ['*'] }],
      });
      expect(loud(told(judge, ambiguous, 200 + n))).not.toEqual([]);
    }
  });

  const secret = (n: number) =>
    aws('secretsmanager', 'GetSecretValue', arn('secretsmanager', 'secret:root-AbCdEf'), { invocation: `s-${n}` });

  it('never where it touches identities and secrets now and then', () => {
    const judge = learned(work);
    for (let n = 0; n < 6; n++) {
      expect(loud(told(judge, secret(n), 200 + n))).not.toEqual([]);
      ordinary(judge, 200 + n);
    }
  });

  it('where they are touched night after night, but for each doubling', () => {
    const judge = learned(work);
    const nights = Array.from({ length: 9 }, (_, night) => {
      ordinary(judge, 200 + night * 24);
      return loud(told(judge, secret(night), 200 + night * 24)).length > 0;
    });
    expect(nights.flatMap((is, n) => (is ? [n + 1] : []))).toEqual([1, 2, 3, 4, 8]);
  });

  it('but never where it is twice as much as ever', () => {
    const judge = learned(work);
    const many = (n: number, times: number) =>
      Array.from({ length: times }, (_, i) =>
        told(judge, get(`photos/uploads/${uuid(7_000 + n * 100 + i)}.jpg`, { invocation: `many-${n}` }), 200 + n),
      )
        .flatMap(loud)
        .map(([, key]) => key);
    for (let n = 0; n < 6; n++) many(n, 12);
    expect(many(6, 12)).toEqual([]);
    expect(many(7, 60)).not.toEqual([]);
  });

  it('where one more secret is read on one day and another, but for each doubling of days', () => {
    const own = aws('secretsmanager', 'GetSecretValue', arn('secretsmanager', 'secret:own-AbCdEf'));
    const judge = learned([...work, ...work.map(({ invocation, time }) => ({ ...own, invocation, time }))]);
    const days = Array.from({ length: 9 }, (_, n) => {
      for (let i = 0; i < 4; i++) ordinary(judge, 200 + n * 48);
      return loud(told(judge, secret(n), 200 + n * 48)).length > 0;
    });
    expect(days.flatMap((is, n) => (is ? [n + 1] : []))).toEqual([1, 2, 4, 8]);
  });

  it("one more partner's secret, in the folder where those of others lie, on its first day", () => {
    const login = learned(
      Array.from({ length: 200 }, (_, n) =>
        aws(
          'secretsmanager',
          'GetSecretValue',
          arn('secretsmanager', `secret:sftp/partner${'abcdefgh'[n % 8]}-AbCdEf`),
          {
            invocation: `l-${n}`,
            time: new Date(START + n * HOUR).toISOString(),
          },
        ),
      ),
    );
    const read = (secret: string, day: number) => {
      ordinary(login, 200 + 24 * day);
      return loud(
        told(
          login,
          aws('secretsmanager', 'GetSecretValue', arn('secretsmanager', `secret:${secret}`), {
            invocation: `${secret}-${day}`,
          }),
          200 + 24 * day,
        ),
      ).length;
    };
    const days = [0, 1, 2, 3];
    expect(days.map((day) => read('sftp/nord-QrStUv', day))).toEqual([1, 0, 0, 0]);
    expect(days.map((day) => read('root-QrStUv', day))).toEqual([1, 1, 0, 1]);
  });

  it('where most invocations touch them, but for each doubling', () => {
    const judge = learned(work);
    const times = Array.from({ length: 16 }, (_, n) => loud(told(judge, secret(n), 200 + n)).length > 0);
    expect(times.flatMap((is, n) => (is ? [n + 1] : []))).toEqual([1, 2, 3, 4, 8, 16]);
  });

  it('a nightly job is told on its second night, too: of one invocation nothing is most', () => {
    const judge = learned(work);
    expect(loud(told(judge, scan(0), 200))).not.toEqual([]);
    expect(loud(told(judge, scan(1), 224))).not.toEqual([]);
    expect(loud(told(judge, scan(2), 248))).toEqual([]);
  });

  it('not where fifty times as much is done in one invocation, whatever else was told of the function', () => {
    const judge = learned(work);
    for (let n = 0; n < 40; n++)
      for (const one of resized(uuid(6_000 + n), `odd-${n}`)) [one, one].map((again) => told(judge, again, 200));
    const found = Array.from({ length: 60 }, (_, i) =>
      loud(told(judge, get(`photos/uploads/${uuid(8_000 + i)}.jpg`, { invocation: 'burst' }), 201)),
    ).flat();
    expect(found).not.toEqual([]);
  });

  it('not by decoys: what AWS did not find is no new name of its kind', () => {
    const tables = learned(
      Array.from({ length: 120 }, (_, n) =>
        aws('dynamodb', 'GetItem', arn('dynamodb', `table/orders-t${n % 12}`), { invocation: `t-${n}` }),
      ),
    );
    const read = (name: string, errorCode: string | null) =>
      loud(
        told(
          tables,
          aws('dynamodb', 'GetItem', arn('dynamodb', `table/orders-${name}`), { invocation: name, errorCode }),
        ),
      );
    for (const name of ['x', 'y', 'z', 'v']) expect(read(name, 'ResourceNotFoundException')).not.toEqual([]);
    expect(read('real', null)).not.toEqual([]);
  });

  const refused = { status: 400, errorCode: 'AccessDeniedException' };

  it.each([
    ['AWS refuses', refused],
    ['AWS refuses without a word', { status: 403 }],
    ['are not valid', { status: 400, errorCode: 'ValidationException' }],
    ['have a condition that does not hold', { status: 412, errorCode: 'PreconditionFailed' }],
    ['a busy service does not take', { status: 503, errorCode: 'SlowDown' }],
  ])('not by attempts that %s: what goes through is told after all, with the call that did', (_, answer) => {
    const judge = learned(work);
    const attempts = [0, 1, 2, 3, 4].map((n) => {
      ordinary(judge, 200 + n);
      return loud(told(judge, { ...scan(n), ...answer }, 200 + n)).length;
    });
    expect(attempts).toEqual([1, 1, 1, 0, 0]);
    const asked = { ...scan(5), id: 'through', time: new Date(START + 206 * HOUR).toISOString() };
    expect(judge.before(asked)).toMatchObject([{ kind: 'scope', severity: 'info' }]);
    const [found] = judge.after(asked).filter(({ severity }) => severity !== 'info');
    expect(found?.reason).toContain('told as an attempt before, now it went through');
    ordinary(judge, 206);
    expect(loud(told(judge, scan(6), 207))).not.toEqual([]);
  });

  it('not for want of an id, which records need not have', () => {
    const judge = learned(work);
    const times = [0, 1, 2, 3, 4].map((n) => {
      ordinary(judge, 200 + n);
      const unnamed = { ...scan(n), id: null, time: new Date(START + (200 + n) * HOUR).toISOString() };
      return [...judge.before(unnamed), ...judge.after(unnamed)].filter(({ severity }) => severity !== 'info').length;
    });
    expect(times).toEqual([1, 1, 1, 0, 0]);
  });

  it('not by an attempt in the same invocation', () => {
    const judge = learned(work);
    told(judge, { ...scan(0), ...refused });
    expect(loud(told(judge, scan(0)))).not.toEqual([]);
    expect(loud(told(judge, scan(0)))).toEqual([]);
  });

  it('not by what came as a notice: with a new version, the same without it is told', () => {
    const judge = learned(work);
    for (let n = 0; n < 5; n++) expect(loud(told(judge, { ...scan(n), version: '8' }, 200 + n))).toEqual([]);
    expect(loud(told(judge, scan(6), 206))).not.toEqual([]);
  });

  it('not by calls that were refused: they change nothing', () => {
    const judge = learned(work);
    const first = judge.before({ ...scan(0), id: 'r', time: new Date(START).toISOString() });
    for (let n = 0; n < 10; n++) {
      expect(judge.before({ ...scan(n), id: `r-${n}`, time: new Date(START).toISOString() })).toEqual(first);
    }
  });
});

describe('hosts of customers', () => {
  const withHosts = work.flatMap((one, i) => {
    if (i % 4 !== 0) return [one];
    const n = i / 4;
    // New ones come to the end
    const host = `hooks.shop${String.fromCharCode(97 + (n % Math.min(25, 8 + Math.floor(n / 12))))}.com:443`;
    return [one, connect(host, { invocation: one.invocation, time: one.time })];
  });

  it('of which new ones kept coming: one more is a notice, outside the scope all the same', () => {
    const judge = learned(withHosts);
    const given = connect('hooks.shopz.com:443', {
      invocation: 'new',
      id: 'n',
      time: new Date(START + 200 * HOUR).toISOString(),
    });
    expect(judge.before(given)).toMatchObject([{ kind: 'scope', severity: 'info' }]);
  });

  it('do not hide an address, a host of another form, or one that looks like a known one', () => {
    for (const host of ['198.51.100.7:443', 'pastebin.com:443', 'hooks.shopa.com.evil.xyz:443', 'hooks.shopy.com:8443'])
      expect(loud(told(learned(withHosts), connect(host, { invocation: `x-${host}` })))).not.toEqual([]);
  });

  it('come one at a time: a second one in an invocation is told', () => {
    const judge = learned(withHosts);
    told(judge, connect('hooks.shopa.com:443', { invocation: 'two' }));
    expect(loud(told(judge, connect('hooks.shopb.com:443', { invocation: 'two' })))).not.toEqual([]);
  });
});

it('hosts that a machine names are covered where new ones kept coming, and no others of that domain', () => {
  const judge = learned(
    Array.from({ length: 60 }, (_, n) =>
      connect(`conn-${uuid(n).slice(0, 8)}.broker.example.net:443`, { invocation: `inv-${n}` }),
    ),
  );
  expect(judge.before(connect(`conn-${uuid(99).slice(0, 8)}.broker.example.net:443`))).toEqual([]);
  for (const host of [
    'admin.broker.example.net:443',
    'conn-1a2b3c4d.other.example.net:443',
    'conn-1a2b3c4d.broker.example.net:8443',
  ])
    expect(judge.before(connect(host))).toMatchObject([{ detector: 'egress', kind: 'scope' }]);
});

it('two tenants in one invocation are told, though each of them is normal', () => {
  const tenants = ['acme', 'globex', 'initech', 'umbrella'];
  const judge = learned(
    Array.from({ length: 120 }, (_, n) => [
      get(`ledger/${tenants[n % 4]}/${uuid(n)}.avro`, { invocation: `inv-${n}` }),
      get(`ledger/${tenants[n % 4]}/${uuid(n + 500)}.avro`, { invocation: `inv-${n}` }),
    ]).flat(),
  );
  expect(told(judge, get(`ledger/acme/${uuid(901)}.avro`, { invocation: 'x' }))).toEqual([]);
  expect(told(judge, get(`ledger/acme/${uuid(902)}.avro`, { invocation: 'x' }))).toEqual([]);
  expect(told(judge, get(`ledger/globex/${uuid(903)}.avro`, { invocation: 'x' }))).toEqual([]);
  // It might have been the first call of the next invocation: one more of this one shows that it was not
  const found = told(judge, get(`ledger/acme/${uuid(904)}.avro`, { invocation: 'x' }));
  expect(found.map(([, key]) => key)).toEqual(['company: s3:GetObject arn:aws:s3:::ledger/#0']);
});
