import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FORM, type Header, head, json, nameOf, signed } from './sign.ts';

const GZIP: Header = ['Content-Encoding', 'gzip'];
const MIB = 1024 * 1024;

const dynamodb = (operation: string, ...more: readonly Header[]) =>
  head('POST', 'https://dynamodb.us-east-1.amazonaws.com/', [
    ...json(`DynamoDB_20120810.${operation}`),
    signed('dynamodb'),
    ...more,
  ]);

const deleteObjects = (...more: readonly Header[]) =>
  head('POST', 'https://photos.s3.us-east-1.amazonaws.com/?delete', [signed('s3'), ...more]);

const filled = (before: string, piece: string, after: string, size: number) =>
  before + piece.repeat(Math.floor((size - before.length - after.length) / piece.length)) + after;

const tables = (count: number) =>
  JSON.stringify({ RequestItems: Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, []])) });

const objects = (count: number) =>
  `<Delete>${Array.from({ length: count }, (_, index) => `<Object><Key>k${index}</Key></Object>`).join('')}</Delete>`;

const batch = (size: number) => filled('{"RequestItems":{"Meta":[', '{},', '{}]}}', size);

describe('a small or large body made to become a larger tree', () => {
  it.each([
    ['entries of a batch', dynamodb('BatchWriteItem'), batch(17 * MIB)],
    ['entries of a batch, compressed', dynamodb('BatchWriteItem', GZIP), gzipSync(batch(17 * MIB))],
    ['what inflates beyond what the service takes', dynamodb('BatchWriteItem', GZIP), gzipSync(batch(31 * MIB))],
    ['tables', dynamodb('BatchWriteItem'), tables(2_000)],
    ['a long statement', dynamodb('ExecuteStatement'), filled('{"Statement":"SELECT * FROM M WHERE ', 'a ', '"}', MIB)],
    [
      'statements',
      dynamodb('ExecuteTransaction'),
      filled('{"TransactStatements":[', '{"Statement":"a a"},', '{}]}', MIB),
    ],
    ['objects', deleteObjects(), objects(2_000)],
    ['elements', deleteObjects(GZIP), gzipSync(filled('<Delete>', '<O><K/></O>', '</Delete>', 5 * MIB))],
    ['what inflates beyond a list of objects', deleteObjects(GZIP), gzipSync(objects(200_000))],
    [
      'parameters',
      head('POST', 'https://sts.amazonaws.com/', [FORM, signed('sts')]),
      `Action=AssumeRole&Version=2011-06-15&${Array.from({ length: 60_000 }, (_, index) => `a${index}=`).join('&')}`,
    ],
  ])('is ambiguous: %s', (_, request, body) => {
    const named = nameOf(request, body);
    expect(named.certainty).toBe('ambiguous');
    expect(named.operation).toBeNull();
    // A sentence of its own, not what an error in the reader would leave.
    expect(named.reason).not.toBe('a request that could not be read');
  });

  it('is told from the largest that services take', () => {
    expect(nameOf(deleteObjects(), objects(1_000))).toMatchObject({ certainty: 'exact', items: 1_000 });
    expect(nameOf(dynamodb('BatchWriteItem', GZIP), gzipSync(tables(25)))).toMatchObject({ certainty: 'exact' });
    const item = { PutRequest: { Item: { list: { L: Array.from({ length: 30_000 }, () => ({ N: '1' })) } } } };
    const body = JSON.stringify({ RequestItems: { Meta: Array.from({ length: 25 }, () => item) } });
    expect(nameOf(dynamodb('BatchWriteItem'), body)).toMatchObject({ certainty: 'exact', items: 25 });
  });
});
