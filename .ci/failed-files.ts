import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * `node failed-files.ts RESULTS`: the test files that failed, of what vitest's JSON reporter wrote, a line each; none where an error outside of any test failed the run.
 * Exits 1 where so much failed that a second run would tell nothing.
 */
const MOST = 8;
const { testResults } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as {
  testResults: readonly { name: string; status: string }[];
};
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name));
if (failed.length > MOST) process.exitCode = 1;
else process.stdout.write(failed.map((file) => `${file}\n`).join(''));
