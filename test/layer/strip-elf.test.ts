import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stripElf } from '../../layer/build/strip-elf.ts';

it.runIf(process.platform === 'linux')('a stripped Node is smaller and runs', () => {
  const original = readFileSync(process.execPath);
  const stripped = stripElf(original);
  expect(stripped.length).toBeLessThan(original.length);
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-strip-'));
  const program = join(folder, 'node');
  writeFileSync(program, stripped);
  chmodSync(program, 0o755);
  expect(execFileSync(program, ['-p', 'require("node:tls").rootCertificates.length > 50'], { encoding: 'utf8' })).toBe(
    'true\n',
  );
  rmSync(folder, { recursive: true });
});

it('says so where there is no program', () => {
  expect(() => stripElf(Buffer.from('#!/bin/sh\n'))).toThrow('not a 64-bit little-endian ELF program');
});
