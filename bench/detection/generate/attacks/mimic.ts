import { again, another, own, ownRead, ownWrite, type SampleAttack } from './attack.ts';

/** In the shape of normal work: slow, small, in known places. */
export const mimic: readonly SampleAttack[] = [
  {
    scenario: 'one-more-read',
    tier: 'mimic',
    half: 'open',
    invocations: 50,
    add(at, attack) {
      const call = ownRead(at);
      if (call === undefined) return false;
      again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'drip-to-known-host',
    tier: 'mimic',
    half: 'open',
    invocations: 50,
    add(at, attack) {
      const call = own(at).find(({ service }) => service === null);
      if (call === undefined) return false;
      again(at, call, attack, { bytesOut: at.random.int(2_500, 4_000) });
      return true;
    },
  },
  {
    scenario: 'other-tenant-too',
    tier: 'mimic',
    half: 'open',
    invocations: 6,
    add(at, attack, world) {
      const call = own(at).find(
        ({ operation, access }) => operation !== 'PutObject' && named(access[0]?.resources[0], world) !== null,
      );
      if (call === undefined) return false;
      const arn = call.access[0]!.resources[0]!;
      const { name, all } = named(arn, world)!;
      const other = all.find((one) => one.from === 0 && one.name !== name)!.name;
      again(
        at,
        { ...call, access: [{ action: call.access[0]!.action, resources: [arn.replaceAll(name, other)] }] },
        attack,
      );
      return true;
    },
  },
  {
    scenario: 'wrong-order',
    tier: 'mimic',
    half: 'open',
    add(at, attack) {
      const calls = own(at).filter(({ service, errorCode }) => service !== null && errorCode === null);
      const kinds = [...new Map(calls.map((call) => [call.operation, call])).values()].reverse();
      if (kinds.length < 2) return false;
      for (const call of kinds) again(at, call, attack);
      if (kinds.length < 3) for (const call of kinds) again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'name-probing',
    tier: 'mimic',
    half: 'open',
    invocations: 4,
    add(at, attack) {
      const call = own(at).find(({ operation }) => operation === 'GetObject');
      if (call === undefined) return false;
      for (let i = 0; i < 3; i++) again(at, call, attack, { errorCode: 'AccessDenied', status: 403, bytesIn: 300 });
      return true;
    },
  },
  {
    scenario: 'one-more-write',
    tier: 'mimic',
    half: 'held-out',
    invocations: 50,
    add(at, attack) {
      const call = ownWrite(at);
      if (call === undefined) return false;
      again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'one-more-read',
    tier: 'mimic',
    half: 'held-out',
    invocations: 50,
    add(at, attack) {
      const call = ownRead(at);
      if (call === undefined) return false;
      again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'at-random',
    tier: 'mimic',
    half: 'held-out',
    add(at, attack) {
      const calls = own(at).filter(({ errorCode }) => errorCode === null);
      for (let i = at.random.int(4, 7); i > 0; i--) again(at, at.random.pick(calls), attack);
      return true;
    },
  },
  {
    scenario: 'fatter-writes',
    tier: 'mimic',
    half: 'held-out',
    invocations: 50,
    add(at, attack) {
      // The attacker hides what he steals in what the function writes anyway
      const i = at.made.findIndex(
        ({ call, attack: taken }) =>
          taken === null &&
          call.errorCode === null &&
          /^(?:PutObject|PutItem|CONNECT|BatchWriteItem|SendRawEmail)$/.test(call.operation ?? ''),
      );
      if (i < 0) return false;
      const one = at.made[i]!;
      at.made[i] = { ...one, call: { ...one.call, bytesOut: Math.round((one.call.bytesOut ?? 500) * 2.2) }, attack };
      return true;
    },
  },
  {
    scenario: 'other-customer-too',
    tier: 'mimic',
    half: 'held-out',
    invocations: 6,
    add(at, attack, world) {
      const call = own(at).find(({ access }) => named(access[0]?.resources[0], world) !== null);
      if (call === undefined) return false;
      const arn = call.access[0]!.resources[0]!;
      const { name, all } = named(arn, world)!;
      const other = all.find((one) => one.from === 0 && one.name !== name)!.name;
      again(
        at,
        {
          ...call,
          access: [{ action: call.access[0]!.action, resources: [another(at.random, arn.replaceAll(name, other))] }],
        },
        attack,
      );
      return true;
    },
  },
];

/** The tenant that a resource belongs to. */
function named(arn: string | undefined, world: Parameters<SampleAttack['add']>[2]) {
  if (arn === undefined) return null;
  for (const all of [world.tenants, world.numbers, world.ids])
    for (const { name } of all) if (arn.includes(name)) return { name, all };
  return null;
}
