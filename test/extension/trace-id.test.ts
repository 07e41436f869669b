import { describe, expect, it } from 'vitest';
import { traceRoot } from '../../extension/trace-id.ts';

const ROOT = '1-5759e988-bd862e3fe1be46a994272793';

describe('the trace that a request belongs to', () => {
  it.each([
    [`Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`],
    [`Self=1-5759e988-000000000000000000000000; Root=${ROOT.toUpperCase()}`],
    [`Parent=1;Root=${ROOT}`],
  ])('is the root of %s', (value) => {
    expect(
      traceRoot([
        ['Host', 'x'],
        ['x-amzn-trace-id', value],
      ]),
    ).toBe(ROOT);
  });

  it.each([
    [[]],
    [[['X-Amzn-Trace-Id', 'Parent=53995c3f42cd8ad8']]],
    [[['X-Amzn-Trace-Id', 'Root=mine']]],
    [
      [
        ['X-Amzn-Trace-Id', `Root=${ROOT}`],
        ['x-amzn-trace-id', `Root=${ROOT}`],
      ],
    ],
  ] as [string, string][][][])('is not guessed from %j', (headers) => {
    expect(traceRoot(headers)).toBeNull();
  });
});
