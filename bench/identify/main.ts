import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { identify } from '../../extension/identify/identify.ts';
import type { NamedRequest } from '../../extension/identify/request.ts';
import { batchWriteItem, getItem, getObject, type Request, sendMessage } from './requests.ts';

/**
 * `node bench/identify/main.ts`: what naming a request costs, against the budgets. Medians of single calls after a warm-up, each call on a request
 * of its own; loading is measured in fresh processes, as CPU time. Exit 1 where a budget is missed.
 */
const { values: flags } = parseArgs({ options: { json: { type: 'boolean' }, cold: { type: 'string' } } });

interface Line {
  readonly what: string;
  readonly median: number;
  readonly p99: number;
  /** Microseconds; null where none is set. */
  readonly budget: number | null;
}

function name({ head, body }: Request): NamedRequest {
  const found = identify(head, { account: '111122223333' });
  return found.kind === 'named' ? found.named : found.name(body, false);
}

function measure(what: string, make: (index: number) => Request, rounds: number, budget: number): Line {
  const requests = Array.from({ length: 512 }, (_, index) => make(index));
  for (let index = 0; index < rounds / 2; index++) name(requests[index % requests.length]!);
  const times = new Float64Array(rounds);
  for (let index = 0; index < rounds; index++) {
    const request = requests[index % requests.length]!;
    const start = process.hrtime.bigint();
    const named = name(request);
    times[index] = Number(process.hrtime.bigint() - start) / 1_000;
    if (named.certainty !== 'exact') throw new Error(`${what} was not named: ${named.reason}`);
  }
  return line(what, times, budget);
}

function line(what: string, times: Float64Array, budget: number | null): Line {
  const sorted = times.toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { what, median: at(0.5), p99: at(0.99), budget };
}

/** In a process of its own: milliseconds of CPU to load the index, to name the first request of a service, and the second. */
if (flags.cold !== undefined) {
  const { catalogIndex } = await import('../../extension/identify/catalog/index.ts');
  const request = { dynamodb: getItem, s3: getObject, sqs: sendMessage }[flags.cold] ?? getItem;
  const steps = [() => catalogIndex(), () => name(request(0)), () => name(request(1))];
  const times = steps.map((step) => {
    const start = process.cpuUsage();
    step();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  });
  process.stdout.write(JSON.stringify(times));
  process.exit(0);
}

const lines: Line[] = [
  measure('DynamoDB GetItem', getItem, 20_000, 15),
  measure('SQS SendMessage', sendMessage, 20_000, 15),
  measure('S3 GetObject', getObject, 20_000, 15),
  measure('DynamoDB BatchWriteItem, 400 KB', () => batchWriteItem(), 400, 1_000),
];
const cold = ['dynamodb', 's3', 'sqs'].map((service) => ({ service, runs: runs(service) }));
const column = (times: number[][], index: number) => Float64Array.from(times, (run) => run[index]! * 1_000);
lines.push(
  line(
    'loading the index, first time',
    column(
      cold.flatMap(({ runs }) => runs),
      0,
    ),
    null,
  ),
);
for (const { service, runs } of cold) {
  lines.push(line(`first call of a service (${service}: table and code)`, column(runs, 1), null));
}

function runs(service: string): number[][] {
  const script = new URL(import.meta.url).pathname;
  return Array.from(
    { length: 5 },
    () => JSON.parse(execFileSync(process.execPath, [script, '--cold', service], { encoding: 'utf8' })) as number[],
  );
}

if (flags.json === true) process.stdout.write(`${JSON.stringify(lines)}\n`);
else {
  for (const { what, median, p99, budget } of lines) {
    const mark = budget === null ? '' : median <= budget ? `  within ${budget}` : `  OVER ${budget}`;
    process.stdout.write(
      `${what.padEnd(52)} median ${median.toFixed(1).padStart(8)} µs   p99 ${p99.toFixed(1).padStart(8)} µs${mark}\n`,
    );
  }
}
process.exitCode = lines.some(({ median, budget }) => budget !== null && median > budget) ? 1 : 0;
