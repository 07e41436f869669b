import { describe, expect, it } from 'vitest';
import { parseRequestHead } from '../../../extension/proxy/http1/head.ts';
import { written } from '../../../extension/proxy/http1/pieces.ts';
import { rewrittenRequestHeadOf } from '../../../extension/proxy/http1/rewrite.ts';

const came = (...lines: string[]) => Buffer.from(`${['PUT /a HTTP/1.1', ...lines].join('\r\n')}\r\n\r\n`, 'latin1');

/** How it leaves where the fields of these names have other values. */
function leaves(bytes: Buffer, values: Record<string, string>, target = '/a'): string {
  const head = parseRequestHead(bytes);
  const headers = head.headers.map((field) => {
    const value = values[field[0]];
    return value === undefined ? field : ([field[0], value] as const);
  });
  return written(rewrittenRequestHeadOf(head, bytes, { target, headers })).toString('latin1');
}

describe('the head of a request whose fields were given other values', () => {
  const bytes = came('Host:h', 'X-Token:  old\t', 'x-meta: voil\xe0  ', 'Authorization: old', 'X-Last: 1');

  it('has them in their places, and every other line as it came', () => {
    expect(leaves(bytes, { 'X-Token': 'a much longer one', Authorization: '' })).toBe(
      came('Host:h', 'X-Token: a much longer one', 'x-meta: voil\xe0  ', 'Authorization: ', 'X-Last: 1').toString(
        'latin1',
      ),
    );
  });

  it('has the first and the last line, too, and is as it came where nothing is another', () => {
    expect(leaves(bytes, { Host: 'i', 'X-Last': '2' })).toBe(
      came('Host: i', 'X-Token:  old\t', 'x-meta: voil\xe0  ', 'Authorization: old', 'X-Last: 2').toString('latin1'),
    );
    expect(leaves(bytes, {})).toBe(bytes.toString('latin1'));
  });

  it('is made anew where its target is another, or something of it ends at this hop', () => {
    expect(leaves(bytes, { 'X-Token': 'new' }, '/b?c')).toBe(
      'PUT /b?c HTTP/1.1\r\nHost: h\r\nX-Token: new\r\nx-meta: voil\xe0\r\nAuthorization: old\r\nX-Last: 1\r\n\r\n',
    );
    expect(leaves(came('Host: h', 'Keep-Alive: 5', 'X-Token: old'), { 'X-Token': 'new' })).toBe(
      'PUT /a HTTP/1.1\r\nHost: h\r\nX-Token: new\r\n\r\n',
    );
  });
});
