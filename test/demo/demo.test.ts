import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { styleFor } from '../../examples/demo/show/terminal.ts';
import { CREDENTIALS, INTRUDER } from '../../examples/demo/story/world.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECRETS = [CREDENTIALS.secretAccessKey, CREDENTIALS.sessionToken, INTRUDER.secretAccessKey];

interface Phase {
  normal: { invocations: number; failed: number; findings: unknown[] };
  attacks: {
    id: string;
    arrived: number;
    error: string | null;
    attempts: number | null;
    findings: { detector: string; blocked: boolean }[];
  }[];
}
interface Report {
  ok: boolean;
  problems: string[];
  phases: { learn: { baselineFile: string; failed: number }; alert: Phase; block: Phase };
  figures: { calls: number; directMs: number; sensorMs: number };
}

function demo(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'examples/demo/main.ts', ...args],
      { cwd: ROOT, env, timeout: 110_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

describe('npm run demo', () => {
  let run: Awaited<ReturnType<typeof demo>>;
  let report: Report;
  beforeAll(async () => {
    run = await demo('--json');
    report = JSON.parse(run.stdout) as Report;
  }, 120_000);

  it('keeps everything that it promises', () => {
    expect(report.problems).toEqual([]);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
  });

  it('tells of every attack in alert mode and lets it through', () => {
    expect(report.phases.alert.attacks.map(({ id, arrived }) => [id, arrived])).toEqual([
      ['other-bucket', 1],
      ['scan-table', 1],
      ['send-mail', 1],
      ['foreign-key', 1],
      ['own-credentials', 1],
      ['unknown-host', 1],
    ]);
    expect(report.phases.alert.attacks.every(({ findings }) => findings.length > 0)).toBe(true);
  });

  it('lets nothing of them out in block mode, and the SDK does not try again', () => {
    for (const { id, arrived, error, attempts, findings } of report.phases.block.attacks) {
      expect([id, arrived]).toEqual([id, 0]);
      expect(findings.some(({ blocked }) => blocked)).toBe(true);
      if (id !== 'unknown-host') expect([error, attempts]).toEqual([expect.stringMatching(/^AccessDenied/), 1]);
    }
  });

  it('leaves normal work alone', () => {
    for (const { normal } of [report.phases.alert, report.phases.block]) {
      expect(normal).toEqual({ invocations: expect.any(Number), failed: 0, findings: [] });
    }
  });

  it('prints and writes no secret key, session token or authorization', () => {
    const folder = join(ROOT, 'dist/demo');
    const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    expect(files.map(({ name }) => name).sort()).toEqual([
      'alert.log',
      'block.log',
      'function-log.json',
      'local-aws-ca.pem',
      'rolefence.json',
    ]);
    for (const { name, text } of [
      ...files,
      { name: 'stdout', text: run.stdout },
      { name: 'stderr', text: run.stderr },
    ]) {
      for (const secret of SECRETS) expect(text.includes(secret), `a secret in ${name}`).toBe(false);
      expect(text, name).not.toMatch(/AWS4-HMAC-SHA256|Signature=|x-amz-security-token|PRIVATE KEY/i);
    }
  });
});

it('explains bad usage in one line', async () => {
  const { code, stdout, stderr } = await demo('--nonsense');
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^demo: .*--nonsense.*\n$/);
}, 20_000);

it('colours nothing for files, for NO_COLOR and for dumb terminals', () => {
  const bold = (isTTY: boolean, env: NodeJS.ProcessEnv) => styleFor({ isTTY }, env).bold('x');
  expect([bold(false, {}), bold(true, { NO_COLOR: '1' }), bold(true, { TERM: 'dumb' })]).toEqual(['x', 'x', 'x']);
  expect(bold(true, {})).toBe('\u001b[1mx\u001b[22m');
});
