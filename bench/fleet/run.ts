import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Scale } from './plan.ts';
import type { Result } from './simulate.ts';
import { add, newTotals, type Totals } from './totals.ts';

export interface Run {
  readonly scale: Scale;
  readonly totals: Totals;
  /** Ranks of the functions that are in the totals. */
  readonly done: Set<number>;
}

/** Where the run was left that this file tells of, else at its beginning. */
export function resume(scale: Scale, file: string | null): Run {
  if (file !== null && existsSync(file)) {
    const saved = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
      key === 'writes' && Array.isArray(value)
        ? new Map(value as [number, number][])
        : key === 'done'
          ? new Set(value)
          : value,
    ) as Run;
    if (JSON.stringify(saved.scale) === JSON.stringify(scale)) return saved;
  }
  return { scale, totals: newTotals(), done: new Set() };
}

export function save({ scale, totals, done }: Run, file: string): void {
  const text = JSON.stringify({ scale, totals, done: [...done] }, (_, value) =>
    value instanceof Map ? [...value] : value,
  );
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

/** Function by function, on so many threads, the largest first. */
export async function go({ scale, totals, done }: Run, workers: number, progress: () => void): Promise<void> {
  let next = 0;
  const rank = (): number => {
    while (done.has(next)) next++;
    return next++;
  };
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: scale });
      let at = rank();
      const ask = () => (at < scale.functions ? worker.postMessage(at) : void worker.terminate().then(() => resolve()));
      worker.on('message', (result: Result) => {
        add(totals, result);
        done.add(at);
        progress();
        at = rank();
        ask();
      });
      worker.on('error', reject);
      ask();
    });
  await Promise.all(Array.from({ length: workers }, one));
}
