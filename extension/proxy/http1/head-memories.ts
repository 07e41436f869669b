import type { Target } from '../forward/forwarder.ts';
import { Lru } from '../tls/lru.ts';
import { HeadMemory } from './head.ts';

/** Functions call a few hosts. Each memory holds one head, or two. */
const MOST = 32;

/** Of all connections with one host: an SDK has many, and what comes on them is alike. */
export class HeadMemories {
  readonly #byHost = new Lru<string, HeadMemory>(MOST);

  of({ host, port }: Target): HeadMemory {
    const key = `${host}:${port}`;
    let memory = this.#byHost.get(key);
    if (memory === undefined) {
      memory = new HeadMemory();
      this.#byHost.set(key, memory);
    }
    return memory;
  }
}
