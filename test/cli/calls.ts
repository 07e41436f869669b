import type { Call } from '../../baseline/call.ts';

/** A Call record as the sensor writes it. */
export function call(over: Partial<Call> = {}): Call {
  return {
    id: '1',
    time: '2026-01-01T00:00:00.000Z',
    function: 'resize',
    version: '7',
    environment: 'e1',
    invocation: 'req-1',
    service: 's3',
    operation: 'GetObject',
    certainty: 'exact',
    verdict: 'allow',
    access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::photos/1.jpg'] }],
    region: 'us-east-1',
    account: '111122223333',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    ownAccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    issuedAccessKeyId: null,
    prefix: null,
    host: 'photos.s3.us-east-1.amazonaws.com',
    items: 1,
    bytesOut: 300,
    bytesIn: 4_000,
    status: 200,
    errorCode: null,
    durationMs: 7.1,
    ...over,
  };
}

/** Many invocations of one call each, a second apart. */
export const ordinary = (count: number, over: Partial<Call> = {}): Call[] =>
  Array.from({ length: count }, (_, i) =>
    call({
      id: `${i}`,
      time: new Date(Date.UTC(2026, 0, 1) + i * 1_000).toISOString(),
      invocation: `req-${i}`,
      access: [{ action: 's3:GetObject', resources: [`arn:aws:s3:::photos/${i}.jpg`] }],
      ...over,
    }),
  );

export const intrusion: Call = call({
  id: 'intrusion',
  time: '2026-01-02T00:00:00.000Z',
  invocation: 'req-x',
  access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::backups/2025.tgz'] }],
  host: 'backups.s3.us-east-1.amazonaws.com',
});

export const jsonl = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
