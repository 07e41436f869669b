import type { RequestHead } from './identify/request.ts';
import type { Inspection, Settled } from './proxy/inspector.ts';

/** Tells `added` how many milliseconds naming and judging a request took, without the time in which its body, or what it had to wait for, was on its way. */
export function measured(
  inspect: (head: RequestHead) => Inspection,
  added: (ms: number) => void,
): (head: RequestHead) => Inspection {
  const settled = (inspection: Settled, spent: number): Settled => {
    if (inspection.kind === 'decided') {
      added(spent);
      return inspection;
    }
    return {
      ...inspection,
      decide(body, truncated) {
        const again = performance.now();
        const decision = inspection.decide(body, truncated);
        added(spent + performance.now() - again);
        return decision;
      },
    };
  };
  return (head) => {
    const began = performance.now();
    const inspection = inspect(head);
    const spent = performance.now() - began;
    if (inspection.kind !== 'later') return settled(inspection, spent);
    return {
      ...inspection,
      again() {
        const resumed = performance.now();
        const found = inspection.again();
        return settled(found, spent + performance.now() - resumed);
      },
    };
  };
}
