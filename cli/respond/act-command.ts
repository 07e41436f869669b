import { resolve } from 'node:path';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print } from '../output.ts';
import { wrapped } from '../policy/columns.ts';
import { roleName } from '../policy/role.ts';
import { legible, styleFor, widthOf } from '../style.ts';
import { Account, type RoleUsers } from './account.ts';
import { carryOut } from './carry-out.ts';
import { type Change, sameState, sentence } from './change.ts';
import { RESPOND_HELP } from './help.ts';
import { consequences, isolationChange, isolationOf, renewal } from './isolation.ts';
import { DENY_POLICY, denyDocument, REVOKE_POLICY, revokeDocument } from './policies.ts';
import { UNDO, writeUndo } from './undo.ts';

const OPTIONS = {
  // What findings advise names the function so
  function: { type: 'string' },
  role: { type: 'string' },
  'deny-role': { type: 'boolean' },
  store: { type: 'string' },
  reason: { type: 'string' },
  renew: { type: 'boolean' },
  apply: { type: 'boolean' },
  undo: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

const only = (name: 'revoke' | 'isolate') => {
  const { role, 'deny-role': denyRole, store, reason, renew, ...common } = OPTIONS;
  return name === 'revoke' ? { ...common, role } : { ...common, 'deny-role': denyRole, store, reason, renew };
};

/** revoke and isolate: what is to change, who else it reaches, the undo file, and only then the change. */
export const actCommand = (name: 'revoke' | 'isolate'): Command => ({
  help: RESPOND_HELP[name]!,
  async run(args) {
    const parsed = parseOptions(`respond ${name}`, args, only(name));
    const values = parsed.values as {
      function?: string;
      role?: string;
      'deny-role'?: boolean;
      store?: string;
      reason?: string;
      renew?: boolean;
      apply?: boolean;
      undo?: string;
      json?: boolean;
    };
    const [target, ...more] = [...parsed.positionals, ...(values.function === undefined ? [] : [values.function])];
    if (more.length > 0) throw new UsageError('one function at a time');
    if (target === undefined && values.role === undefined)
      throw new UsageError(name === 'revoke' ? 'FUNCTION or --role ROLE is missing' : 'FUNCTION is missing');
    if (target !== undefined && values.role !== undefined) throw new UsageError('FUNCTION or --role, not both');
    const { store } = values;
    if (store === undefined && (values.reason !== undefined || values.renew === true))
      throw new UsageError('--reason and --renew go with --store');
    if (store !== undefined && values.reason === undefined)
      throw new UsageError('--reason TEXT is missing: every sensor says it');
    const account = new Account();
    try {
      const now = new Date();
      const found = target === undefined ? null : await account.target(target);
      const role = found?.role ?? roleName(values.role!);
      const wanted: Change[] = [];
      if (name === 'revoke') wanted.push(rolePolicy(role, REVOKE_POLICY, revokeDocument(now)));
      else if (store === undefined)
        wanted.push({ kind: 'concurrency', function: found!.function, before: null, after: 0 });
      else wanted.push(isolationChange(found!.state, store, values.reason!, now));
      if (values['deny-role'] === true) wanted.push(rolePolicy(role, DENY_POLICY, denyDocument()));
      const notes: string[] = [];
      if (store !== undefined) {
        const { state } = found!;
        const renewed =
          values.renew !== true ? null : renewal(state, await isolationOf({ store, function: state.name }), now);
        // Last: environments must find the isolation when they start
        if (renewed !== null) wanted.push(renewed);
        notes.push(...consequences(state, values.renew === true ? await published(account, state.name) : null));
      }
      const changes = await withBefore(account, wanted);
      const users = wanted.some(({ kind }) => kind === 'role-policy') ? await account.usersOf(role) : null;

      let undo: string | null = null;
      const apply = values.apply === true && changes.length > 0;
      if (apply) {
        const subject = (target === undefined ? role : found!.function).replace(/[^\w-]+/g, '-');
        undo =
          values.undo === undefined
            ? `rolefence-undo-${name}-${subject}-${now.toISOString().replace(/[:.]/g, '')}.json`
            : fileName('--undo', values.undo);
        writeUndo(undo, { format: UNDO, made: now.toISOString(), command: `respond ${name}`, changes });
        await carryOut(account, changes);
      }
      if (wantsJson(values))
        await print(`${JSON.stringify({ changes, alsoUses: users, notes, applied: apply, undo }, null, 2)}\n`);
      else await print(told(legible(changes), legible(users), legible(notes), found?.function ?? null, apply, undo));
      return 0;
    } finally {
      account.close();
    }
  },
});

const rolePolicy = (role: string, policy: string, after: string): Change => ({
  kind: 'role-policy',
  role,
  policy,
  before: null,
  after,
});

async function published(account: Account, name: string): Promise<string[]> {
  return (await account.versions(name)).map(({ version }) => version).filter((version) => version !== '$LATEST');
}

/** With what is there now; what is so already is left out. */
async function withBefore(account: Account, wanted: readonly Change[]): Promise<Change[]> {
  const changes: Change[] = [];
  for (const change of wanted) {
    const before = await account.state(change);
    // Whoever isolated it first gave the reason that its sensors say
    const so = change.kind === 'isolation' ? before !== null : sameState(before, change.after);
    if (!so) changes.push({ ...change, before } as Change);
  }
  return changes;
}

function told(
  changes: readonly Change[],
  users: RoleUsers | null,
  notes: readonly string[],
  own: string | null,
  applied: boolean,
  undo: string | null,
): string {
  const style = styleFor(process.stdout);
  const lines = changes.map((change) => `  ${sentence(change)}`);
  lines.unshift(
    style.bold(changes.length === 0 ? 'Nothing to do: it is so already.' : applied ? 'Done:' : 'What would be done:'),
  );
  if (users !== null) {
    const others = users.functions.filter((name) => name !== own);
    lines.push(
      '',
      style.bold('Who else uses the role:'),
      others.length === 0
        ? '  no other function in this region'
        : style.yellow(`  functions in this region: ${others.join(', ')}`),
      `  may be assumed by: ${users.trusted.join(', ') || 'nobody'}`,
      `  last used: ${users.lastUsed ?? 'not known'}`,
    );
  }
  if (notes.length > 0) {
    const width = widthOf(process.stdout);
    lines.push('', style.bold('What this means:'), ...notes.map((one) => `  ${wrapped(one, width - 2, '  ')}`));
  }
  if (undo !== null) lines.push('', `To take it back: rolefence respond restore ${resolve(undo)} --apply`);
  else if (changes.length > 0) lines.push('', 'Nothing was changed. Add --apply to do it.');
  return `${lines.join('\n')}\n`;
}
