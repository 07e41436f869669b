import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchCredentials } from '../../../extension/credentials-endpoint.ts';
import { openSealer } from '../../../extension/open-sealer.ts';
import { createRenewal, type ExpiringCredentials } from '../../../extension/seal/renewal.ts';
import { createSealer } from '../../../extension/seal/sealer.ts';
import { REAL } from './sealed-sensor.ts';

const AUTHORIZATION = 'real-authorization-token';
const MINUTE = 60_000;

/** Lambda's credentials endpoint as SnapStart has it. */
let server: Server;
let uri: string;
let answers: (readonly [status: number, text: string])[];
let asked: (string | undefined)[];
beforeEach(async () => {
  answers = [];
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const [status, text] = answers.shift() ?? [500, ''];
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/2021-04-23/credentials`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const given = (id: string, expiration: string) =>
  JSON.stringify({
    AccessKeyId: id,
    SecretAccessKey: `secret of ${id}`,
    Token: `token of ${id}`,
    Expiration: expiration,
  });

describe('credentials that an endpoint hands out', () => {
  it('are fetched with its token, and again after a failure', async () => {
    answers = [
      [500, ''],
      [200, given('ASIA1', '2026-01-01T06:00:00Z')],
    ];
    expect(await fetchCredentials({ uri, authorization: AUTHORIZATION })).toEqual({
      credentials: { accessKeyId: 'ASIA1', secretAccessKey: 'secret of ASIA1', sessionToken: 'token of ASIA1' },
      expiresAt: Date.UTC(2026, 0, 1, 6),
    });
    expect(asked).toEqual([AUTHORIZATION, AUTHORIZATION]);
  });

  it.each([
    ['no JSON', [200, 'secret']],
    ['no keys', [200, '{}']],
    ['an error', [403, 'secret']],
  ] as const)('are none where it answers with %s, and nothing of it is said', async (_, answer) => {
    answers = [answer, answer, answer];
    const said: string[] = [];
    expect(
      await openSealer(
        { credentials: null, endpoint: { uri, authorization: AUTHORIZATION }, exposed: null },
        {},
        (p) => void said.push(p),
      ),
    ).toBeNull();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/nothing can be signed/);
    expect(said[0]).not.toMatch(/secret|authorization-token/);
  });

  it('are not asked for elsewhere than on this machine', async () => {
    for (const elsewhere of ['http://example.com/', 'https://127.0.0.1/', 'http://127.0.0.1.example.com/']) {
      await expect(fetchCredentials({ uri: elsewhere, authorization: AUTHORIZATION })).rejects.toThrow(
        'not a local one',
      );
    }
  });

  it('are renewed behind the same placeholder before they run out, and waited for only at the end', async () => {
    let fresh: ExpiringCredentials = {
      credentials: { ...REAL, accessKeyId: 'ASIAQNZGKIQY56JQRENEW' },
      expiresAt: 120 * MINUTE,
    };
    let fetched = 0;
    let fails = false;
    const sealer = createSealer(REAL);
    const renewal = createRenewal(
      async () => {
        fetched++;
        if (fails) throw new Error('no answer');
        return fresh;
      },
      { credentials: REAL, expiresAt: 60 * MINUTE },
      ({ credentials }) => sealer.renew(credentials),
    );
    const { placeholder } = sealer;
    expect(renewal.due(54 * MINUTE)).toBeNull();
    expect(fetched).toBe(0);
    expect(renewal.due(56 * MINUTE)).toBeNull();
    expect(renewal.due(56 * MINUTE)).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    expect(fetched).toBe(1);
    expect(sealer.placeholder).toEqual(placeholder);
    expect(sealer.realId(placeholder.accessKeyId)).toBe('ASIAQNZGKIQY56JQRENEW');
    // After a long freeze: a connection waits until there are new ones.
    fresh = { credentials: REAL, expiresAt: 400 * MINUTE };
    const waiting = renewal.due(300 * MINUTE);
    expect(waiting).not.toBeNull();
    await waiting;
    expect(renewal.due(300 * MINUTE)).toBeNull();
    fails = true;
    await renewal.due(401 * MINUTE);
    expect(renewal.due(401 * MINUTE)).toBeNull();
    expect(fetched).toBe(3);
  });

  it('sign in place of the old ones at once, whose ids are still nobody’s', async () => {
    const sealer = createSealer(REAL);
    sealer.renew({ accessKeyId: 'ASIAQNZGKIQY56JQRENEW', secretAccessKey: 'fresh', sessionToken: 'fresh token' });
    const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const authorization = `AWS4-HMAC-SHA256 Credential=${REAL.accessKeyId}/${time.slice(0, 8)}/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=${'a'.repeat(64)}`;
    const headers = [
      ['host', 'sqs.us-east-1.amazonaws.com'],
      ['x-amz-date', time],
      ['authorization', authorization],
    ] as const;
    const head = {
      method: 'GET',
      target: '/',
      headers,
      scheme: 'https',
      authority: null,
      sni: null,
      connect: null,
    } as const;
    expect(sealer.seal(head, null, { toAws: true, issuesCredentials: false }, Date.now())).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('real key'),
    });
  });
});
