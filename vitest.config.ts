import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// One config, projects by cost: `npm test` runs the quick ones, `npm run test:all` everything.
const shared = {
  setupFiles: ['test/setup.ts'],
  // Real encoders and real bundlers on two cores need more than the default five seconds.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // What is waited for comes at once or never; how long a loaded machine takes is no finding.
  expect: { poll: { timeout: 30_000 } },
};

/**
 * Suites that wait for watchers and servers of other people's, which may miss an event when the machine
 * stands still. A wait that ends in vain gets a second attempt, which the closing lines name; an
 * assertion that does not hold never does (decision 0018).
 */
const watched = {
  ...shared,
  testTimeout: 300_000,
  hookTimeout: 300_000,
  retry: { count: 1, condition: /was waited for|did not say|timed out|Timeout \d+ms exceeded/ },
};

/** Folders of tests with a project of their own. */
const SLOWER = ['bundlers', 'dev', 'browser', 'crash', 'sites'];

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
          ...watched,
          name: 'bundlers',
          include: ['test/bundlers/**/*.test.ts'],
        },
      },
      {
        test: {
          ...watched,
          name: 'dev',
          include: ['test/dev/**/*.test.ts'],
        },
      },
      {
        test: {
          ...watched,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
        },
      },
      {
        test: {
          ...watched,
          name: 'sites',
          include: ['test/sites/**/*.test.ts'],
          // Each builds whole sites, and installs their packages at the first time.
          fileParallelism: false,
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
