import { again, own, ownRead, ownWrite, type SampleAttack } from './attack.ts';

/** What the function does anyway, but far more of it. */
export const volume: readonly SampleAttack[] = [
  {
    scenario: 'item-by-item',
    tier: 'volume',
    half: 'open',
    add(at, attack) {
      const call = ownRead(at);
      if (call === undefined) return false;
      for (let i = at.random.int(45, 160); i > 0; i--) again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'mail-burst',
    tier: 'volume',
    half: 'open',
    add(at, attack) {
      const call = own(at).find(({ operation }) => operation === 'SendEmail');
      if (call === undefined) return false;
      for (let i = 300; i > 0; i--) again(at, call, attack, { items: at.random.pick([1, 10, 50]) });
      return true;
    },
  },
  {
    scenario: 'large-body-to-known-host',
    tier: 'volume',
    half: 'open',
    add(at, attack) {
      const call = own(at).find(({ service }) => service === null);
      if (call === undefined) return false;
      again(at, call, attack, { bytesOut: at.random.int(600_000, 4_000_000) });
      return true;
    },
  },
  {
    scenario: 'bulk-read',
    tier: 'volume',
    half: 'open',
    add(at, attack) {
      const call = own(at).find(({ operation }) => operation === 'GetObject');
      if (call === undefined) return false;
      for (let i = at.random.int(50, 120); i > 0; i--) again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'writes-again',
    tier: 'volume',
    half: 'held-out',
    add(at, attack) {
      const call = ownWrite(at);
      if (call === undefined) return false;
      for (let i = at.random.int(50, 200); i > 0; i--) again(at, call, attack);
      return true;
    },
  },
  {
    scenario: 'large-answers',
    tier: 'volume',
    half: 'held-out',
    add(at, attack) {
      const call = own(at).find(({ operation }) => /^(?:Query|ExecuteStatement)/.test(operation ?? ''));
      if (call === undefined) return false;
      for (let i = 6; i > 0; i--) again(at, call, attack, { bytesIn: at.random.int(700_000, 1_048_576) });
      return true;
    },
  },
  {
    scenario: 'large-upload',
    tier: 'volume',
    half: 'held-out',
    add(at, attack) {
      const call = own(at).find(({ operation }) => operation === 'PutObject');
      if (call === undefined) return false;
      again(at, call, attack, { bytesOut: (call.bytesOut ?? 1000) * at.random.int(60, 200) });
      return true;
    },
  },
  {
    scenario: 'deletes',
    tier: 'volume',
    half: 'held-out',
    add(at, attack) {
      const call = own(at).find(({ operation }) => operation === 'DeleteObject');
      if (call === undefined) return false;
      for (let i = at.random.int(80, 200); i > 0; i--) again(at, call, attack);
      return true;
    },
  },
];
