import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../baseline/policy/document.ts';
import { evaluate } from '../../baseline/policy/evaluate.ts';
import { keyText, SLOTS, slotKey } from '../../baseline/store/key-value.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/rolefence-baselines';

/** The policy that docs/fleet.md gives to a function's role, word for word. */
function documented() {
  const page = readFileSync(join(import.meta.dirname, '../../docs/fleet.md'), 'utf8');
  const json = /```json\n([\s\S]*?)```/.exec(page)![1]!;
  const statements = JSON.parse(json.replaceAll('REGION', 'eu-west-1').replaceAll('ACCOUNT', '111122223333'));
  return readPolicy({ Version: '2012-10-17', Statement: statements }, 'docs/fleet.md');
}

describe('what a function’s role may do in the store of its fleet', () => {
  const policies = [documented()];
  const may = (action: string, key: string) =>
    evaluate(
      { policies, boundary: null },
      { action: `dynamodb:${action}`, resource: TABLE, context: new Map([['dynamodb:leadingkeys', [key]]]) },
    ).allowed;
  const own = (kind: 'approved' | 'candidate') => keyText({ kind, function: 'resize', part: null });
  const slot = (n: number, fn = 'resize') => keyText(slotKey(fn, n));

  it('is to read what is approved and what is known of it, and to write its own slots', () => {
    expect(may('GetItem', own('approved'))).toBe(true);
    expect(may('GetItem', own('candidate'))).toBe(true);
    expect(may('GetItem', 'break-glass#fleet')).toBe(true);
    for (let n = 0; n < SLOTS; n++) {
      expect(may('GetItem', slot(n))).toBe(true);
      expect(may('PutItem', slot(n))).toBe(true);
    }
  });

  it.each([
    ['change what is approved', 'PutItem', own('approved')],
    ['change what is known', 'PutItem', own('candidate')],
    ['break the glass', 'PutItem', 'break-glass#fleet'],
    ['remove what is approved', 'DeleteItem', own('approved')],
    ['read what others do', 'GetItem', 'approved#billing'],
    ['read what others have learned', 'GetItem', slot(0, 'billing')],
    ['write what others have learned', 'PutItem', slot(0, 'billing')],
    ['write a slot that there is not', 'PutItem', 'learned#resize#10'],
    ['fill the table with keys of its own making', 'PutItem', 'learned#resize#zzz'],
    ['list the table', 'Scan', ''],
    ['query it', 'Query', slot(0)],
    ['delete it', 'DeleteTable', ''],
  ])('is not to %s', (_, action, key) => {
    expect(may(action, key)).toBe(false);
  });
});
