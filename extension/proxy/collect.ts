/** The young generation, both halves: what one call leaves behind is dead long before. V8 would let it grow to 48 MiB, of an environment that may have 192. */
const YOUNG = 8 * 1024 * 1024;
const LOOK_MS = 200;

/** Loaded when wanted: the start does without. */
const v8 = () => process.getBuiltinModule('node:v8');

/** What an older Node knows nothing of it leaves alone. */
type Collect = (options: { type: 'minor' | 'major'; flavor?: 'regular' | 'last-resort' }) => void;

let collect: Collect | null | undefined;

/**
 * Lets the young generation grow to `YOUNG` and no further. The layer starts Node with a bound of its own, which is exact; elsewhere (the operator's tool) V8 is told when
 * it has got there.
 */
export function keepYoungSmall(): void {
  if (process.execArgv.some((flag) => flag.startsWith('--max-semi-space-size'))) return;
  const timer = setInterval(() => {
    const young = v8()
      .getHeapSpaceStatistics()
      .find(({ space_name }) => space_name === 'new_space');
    if (young !== undefined && young.space_size < YOUNG) return;
    clearInterval(timer);
    v8().setFlagsFromString('--semi-space-growth-factor=1');
  }, LOOK_MS);
  timer.unref();
}

/**
 * Gives back what the start has left behind, a fifth of what is V8's; some milliseconds, so only while nobody waits. From then on one thread collects the young generation: to share out a few
 * MiB of which little is alive costs more than it saves, and most environments have less than one processor.
 */
export function tidy(): void {
  v8().setFlagsFromString('--no-parallel-scavenge');
  // Collecting for want of memory takes compiled functions, too, of which the first call is to find as many as it can.
  v8().setFlagsFromString('--no-flush-bytecode');
  run({ type: 'major', flavor: 'last-resort' });
  v8().setFlagsFromString('--flush-bytecode');
}

function run(options: Parameters<Collect>[0]): void {
  if (collect === undefined) collect = findCollector();
  collect?.(options);
}

function findCollector(): Collect | null {
  try {
    v8().setFlagsFromString('--expose-gc');
    const found: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
    v8().setFlagsFromString('--no-expose-gc');
    return typeof found === 'function' ? (found as Collect) : null;
  } catch {
    // Without it memory is what V8 makes of it.
    return null;
  }
}
