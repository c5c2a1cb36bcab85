import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// One config, projects by cost: `npm test` runs the quick ones, `npm run test:all` everything.
const shared = {
  setupFiles: ['test/setup.ts'],
  // Real encoders and real bundlers on two cores need more than the default five seconds.
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/** Folders of tests with a project of their own. */
const SLOWER = ['bundlers', 'dev', 'browser', 'crash'];

export default defineConfig({
  test: {
    // Vitest leaves a core to itself; ours mostly waits for the processes that the tests start, and they
    // for what they watch.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    reporters: ['default', './test/helpers/matrix.ts', './test/helpers/closing-line.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOWER.map((name) => `test/${name}/**`), '**/node_modules/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'bundlers',
          include: ['test/bundlers/**/*.test.ts'],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'dev',
          include: ['test/dev/**/*.test.ts'],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'crash',
          include: ['test/crash/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
