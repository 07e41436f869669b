/** How far long work has come, on standard error where that is a terminal; silent elsewhere. */
export interface Progress {
  /** `read` of `total` bytes; total null where it is not known. `done` is what has been done so far, in words. */
  show(read: number, total: number | null, done: () => string): void;
  /** The same for work that is done elsewhere, and has no length. */
  say(what: string): void;
  clear(): void;
}

const EVERY_MS = 100;
const BAR = 24;

export function createProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): Progress {
  let next = now() + 2 * EVERY_MS;
  let shown = false;
  if (!stream.isTTY) return { show() {}, say() {}, clear() {} };
  const write = (text: () => string): void => {
    if (now() < next) return;
    next = now() + EVERY_MS;
    shown = true;
    stream.write(`\r\x1b[K${text().slice(0, (stream.columns || 80) - 1)}`);
  };
  return {
    show: (read, total, done) => write(() => `${bar(read, total)} ${done()}`),
    say: (what) => write(() => what),
    clear() {
      if (shown) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}

function bar(read: number, total: number | null): string {
  if (total === null || total === 0) return `${(read / 1e6).toFixed(1)} MB`;
  const share = Math.min(1, read / total);
  const full = Math.floor(share * BAR);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** Made once: `toLocaleString` makes one for each number, and a report has hundreds of thousands. And where wanted: the first costs 20 ms and 7 MiB. */
let format: Intl.NumberFormat | undefined;

/** 1234567 → 1,234,567 */
export function grouped(count: number): string {
  if (Number.isInteger(count) && Math.abs(count) < 1_000) return `${count}`;
  format ??= new Intl.NumberFormat('en-US');
  return format.format(count);
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;
