import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type RolePolicyChange, sentence } from '../../../cli/respond/change.ts';
import { DENY_POLICY, denyDocument, REVOKE_POLICY, revokeDocument } from '../../../cli/respond/policies.ts';
import { readUndo, UNDO } from '../../../cli/respond/undo.ts';

const NOON = new Date('2026-11-25T12:00:00.000Z');
const ADMINISTRATOR = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const change = (after: string, given: Partial<RolePolicyChange> = {}): RolePolicyChange => ({
  kind: 'role-policy',
  role: 'workers',
  policy: REVOKE_POLICY,
  before: denyDocument(),
  after,
  ...given,
});

describe('a policy that a response would put into a role', () => {
  it('is told in words where it is one of our two', () => {
    expect(sentence(change(denyDocument(), { policy: DENY_POLICY }))).toBe(
      'role workers: replace the inline policy RolefenceDenyAll (denies everything)',
    );
    expect(sentence(change(revokeDocument(NOON)))).toContain(
      '(denies every session that began before 2026-11-25T12:00:00.000Z)',
    );
  });

  it.each([
    ['that allows everything', ADMINISTRATOR],
    ['that allows something besides', denyDocument().replace(']', `,{"Effect":"Allow","Action":"*","Resource":"*"}]`)],
    ['that bears a time and allows', revokeDocument(NOON).replace('Deny', 'Allow')],
    ['that spares old sessions', revokeDocument(NOON).replace('DateLessThan', 'DateGreaterThan')],
    ['that says everything twice', denyDocument().replace('{"Version"', '{"Statement":[],"Version"')],
    ['with a time that is none', revokeDocument(NOON).replace('2026-11-25', '2026-99-99')],
    ['that is nonsense', 'nonsense'],
  ])('is shown as it is: one %s', (_, document) => {
    const told = sentence(change(document));
    expect(told).not.toContain('denies');
    expect(told).toContain(`its document: ${document}`);
  });
});

it('a change of variables names only those that it changes', () => {
  const configured = (variables: Record<string, string | null>) => ({ layers: [], variables });
  const given = { kind: 'configuration', function: 'resize' } as const;
  const before = configured({ GONE: null, SAME: 'x', SET: 'y' });
  const after = configured({ GONE: null, SAME: 'x', SET: null });
  expect(sentence({ ...given, before, after })).toBe('function resize: unset SET');
});

describe('an undo file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-undo-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (policy: string) => {
    const path = join(folder, 'undo.json');
    const changes = [change(ADMINISTRATOR, { policy })];
    writeFileSync(path, JSON.stringify({ format: UNDO, made: NOON.toISOString(), command: 'respond revoke', changes }));
    return readUndo(path);
  };

  it('speaks of our own policies', () => {
    for (const policy of [REVOKE_POLICY, DENY_POLICY]) expect(read(policy).changes).toHaveLength(1);
  });

  it.each(['AdministratorAccess', 'rolefence', `${DENY_POLICY}2`, ''])('is refused where it names %j', (policy) => {
    expect(() => read(policy)).toThrow(
      `field changes[0].policy is "${policy}", expected RolefenceRevokeOlderSessions or RolefenceDenyAll`,
    );
  });
});
