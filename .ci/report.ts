import { existsSync, readFileSync } from 'node:fs';

/**
 * The end of a CI run: `node report.ts RESULTS AGAIN SKIPS [FAILED STEP…]`. RESULTS is what vitest's JSON reporter wrote, AGAIN what it wrote of a
 * second run of the files that failed, if there was one: that one counts, and they are named; SKIPS lists the suites that may be skipped here,
 * as {file, title, reason}. A failed step, a test file that could not be loaded and a skip that is not listed count as a failure each.
 */
interface Results {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}
interface Skip {
  readonly file: string;
  /** How the full title begins; empty for all of the file. */
  readonly title: string;
  readonly reason: string;
}

const [resultsFile, againFile, skipsFile, ...steps] = process.argv.slice(2) as [string, string, string, ...string[]];
const allowed = JSON.parse(readFileSync(skipsFile, 'utf8')) as readonly Skip[];
const count = { passed: 0, failed: steps.filter((step) => step !== 'tests').length, skipped: 0 };
const problems: string[] = steps.map((step) => `step failed: ${step}`);
const skipped = new Map<string, number>();
const unsteady: string[] = [];

let results: Results | null = null;
try {
  results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
} catch {
  count.failed++;
  problems.push('the tests left no results');
}
const again = existsSync(againFile) ? (JSON.parse(readFileSync(againFile, 'utf8')) as Results).testResults : [];
for (const first of results?.testResults ?? []) {
  const file = again.find(({ name }) => name === first.name) ?? first;
  if (first.status === 'failed' && file.status !== 'failed') unsteady.push(file.name);
  const path = file.name.slice(file.name.lastIndexOf('/test/') + 1);
  const broken = file.assertionResults.filter(({ status }) => status === 'failed');
  // A hook that fails, or a file that cannot be loaded, leaves no failed test.
  if (file.status === 'failed' && broken.length === 0) {
    count.failed++;
    problems.push(`${path}: ${file.message.split('\n')[0]}`);
  }
  for (const { fullName } of broken) problems.push(`${path}: ${fullName}`);
  count.failed += broken.length;
  for (const { status, fullName } of file.assertionResults) {
    if (status === 'passed') count.passed++;
    else if (status !== 'failed') {
      const listed = allowed.find((one) => path === one.file && fullName.startsWith(one.title));
      if (listed === undefined) {
        count.failed++;
        problems.push(`skipped, and not listed in ${skipsFile}: ${path}: ${fullName}`);
      } else {
        count.skipped++;
        const why = `${path}: ${listed.reason}`;
        skipped.set(why, (skipped.get(why) ?? 0) + 1);
      }
    }
  }
}
// The tests' own step failed, and no test did: vitest itself was not content (an error outside of any test).
if (count.failed === 0 && steps.includes('tests')) count.failed++;

const slowest = [...(results?.testResults ?? [])]
  .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1_000 }))
  .sort((a, b) => b.seconds - a.seconds)
  .slice(0, 8);
for (const { name, seconds } of slowest) {
  process.stdout.write(`${seconds.toFixed(1).padStart(7)} s  ${name.slice(name.lastIndexOf('/test/') + 1)}\n`);
}
for (const [why, tests] of skipped) process.stdout.write(`skipped: ${tests} of ${why}\n`);
for (const name of unsteady) {
  process.stdout.write(
    `unsteady: ${name.slice(name.lastIndexOf('/test/') + 1)} failed, and passed when run once more\n`,
  );
}
if (again.length > 0 && results?.testResults.every(({ status }) => status !== 'failed'))
  process.stdout.write('unsteady: an error outside of any test, not seen when run once more\n');
for (const problem of problems.slice(0, 60)) process.stdout.write(`✗ ${problem}\n`);
if (problems.length > 60) process.stdout.write(`✗ and ${problems.length - 60} more\n`);
process.stdout.write(
  `${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}\n`,
);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
