import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const ALL = process.env.ROLEFENCE_TEST_ALL !== undefined;

describe.skipIf(!ALL)(`a soak${ALL ? '' : ' (only where ROLEFENCE_TEST_ALL is set)'}`, () => {
  it('loses no call to faults of the endpoint, keeps its memory, leaves no descriptor', {
    timeout: 180_000,
  }, async () => {
    const args = ['--no-warnings', resolve('bench/soak/main.ts'), '--seconds', '40', '--rate', '100'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 170_000 });
    expect(JSON.parse(stdout)).toMatchObject({ lost: 0, wrong: 0 });
  });
});
