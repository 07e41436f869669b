import { atMost } from './patience.ts';

/**
 * Which invocation a call belongs to. Lambda tells the function and the extension of an invocation at once, so that its first call can be here before the event is, and
 * what the one before left running still makes calls. Time alone cannot tell them apart; the trace header can: Lambda gives one trace to both, and SDKs put it on every
 * request (X-Amzn-Trace-Id).
 */
export interface Invocations {
  /** Lambda has told of one; `root` is the trace that it gave to the function, too. */
  began(id: string, root: string | null): void;
  /** Lambda will tell of each: without it there is nothing to wait for, and no call need be asked for its trace. `overlapping`: none is the latest. */
  expect(overlapping?: boolean): void;
  readonly expected: boolean;
  /** Not null where a call bears a trace that has not been told of yet: until it is, or was waited for long enough. Never rejects. */
  coming(root: string): Promise<void> | null;
  /** The latest where nobody has told of this trace; null before the first. */
  of(root: string): string | null;
}

/** What is still running of earlier ones. */
const REMEMBERED = 8;
/** What may be going on at once on Managed Instances, and more. */
const AT_ONCE = 1_024;
/** Once the function's traces were seen to be those that Lambda tells; the event is on its way, or the machine is very busy. */
const PATIENCE_MS = 100;
/** Before, but where platform events tell of them, which come some 25 ms late: a tracer of its own may be at work, whose traces nobody will ever tell of. */
const FIRST_PATIENCE_MS = 25;

export function createInvocations(wait: (work: Promise<void>, ms: number) => Promise<void> = atMost): Invocations {
  let current: string | null = null;
  const byRoot = new Map<string, string>();
  /** Null: not known yet. False: a call was held in vain, and none is until a trace has been found again. */
  let faithful: boolean | null = null;
  let expected = false;
  let overlap = false;
  let told = signal();

  return {
    expect(overlapping = false) {
      expected = true;
      overlap = overlapping;
    },
    get expected() {
      return expected;
    },
    began(id, root) {
      if (!overlap) current = id;
      if (root !== null) {
        // Invocations that one trace causes cannot be told apart by it: it is the latest's.
        byRoot.delete(root);
        byRoot.set(root, id);
        if (byRoot.size > (overlap ? AT_ONCE : REMEMBERED)) byRoot.delete(byRoot.keys().next().value as string);
      }
      const before = told;
      told = signal();
      before.fire();
    },
    coming(root) {
      if (!expected || faithful === false || byRoot.has(root)) return null;
      return wait(told.fired, faithful === true || overlap ? PATIENCE_MS : FIRST_PATIENCE_MS).then(() => {
        if (!byRoot.has(root)) faithful = false;
      });
    },
    of(root) {
      const known = byRoot.get(root);
      if (known === undefined) return current;
      faithful = true;
      return known;
    },
  };
}

function signal(): { readonly fired: Promise<void>; fire(): void } {
  let fire = () => {};
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}
