import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores are what CI has; suites under AWS's emulator start processes of their own besides.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
