import { expect, it } from 'vitest';
import type { DeniedCall } from '../../../baseline/policy/replay.ts';
import { deniedLines } from '../../../cli/policy/denied-text.ts';
import { get } from '../../baseline/calls.ts';

const denied = (path: string, id: string): DeniedCall => ({
  call: get(path, { id, time: '2026-01-05T08:00:00.000Z' }),
  action: 's3:GetObject',
  resource: `arn:aws:s3:::${path}`,
  denial: 'implicit',
  sid: null,
});

it('what a policy would have denied is told once for each thing, the most frequent first, with how often and the first call', () => {
  expect(deniedLines([denied('a/x', '1'), denied('b/y', '2'), denied('b/y', '3')], 80)).toEqual([
    '  s3:GetObject on arn:aws:s3:::b/y (not granted)',
    '    2 calls, the first 2026-01-05T08:00:00.000Z, id 2',
    '  s3:GetObject on arn:aws:s3:::a/x (not granted)',
    '    1 call, 2026-01-05T08:00:00.000Z, id 1',
    '  (--json has the id of every call)',
  ]);
});
