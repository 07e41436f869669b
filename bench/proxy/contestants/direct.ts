import { type Contestant, hostOf } from './contestant.ts';

export const direct: Contestant = {
  name: 'direct',
  what: 'the client connects to the upstream',
  missing: () => null,
  start: async ({ upstream }) => ({
    pid: null,
    caPem: upstream.caPem,
    route: (distance, service) => ({
      dial: { host: '127.0.0.1', port: upstream[distance] },
      connect: null,
      host: hostOf(distance, service),
      authority: hostOf(distance, service),
    }),
    stop: async () => {},
  }),
};
