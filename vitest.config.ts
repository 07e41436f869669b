import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // No test asserts a time: these are for what never ends, on a machine that others use too.
    testTimeout: 180_000,
    hookTimeout: 600_000,
    // Two cores are what CI has; suites under AWS's emulator start processes of their own besides.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
