import { defineConfig } from 'vitest/config';

// One config, projects by cost: `npm test` runs the quick ones, `npm run test:all` everything.
const shared = {
  setupFiles: ['test/setup.ts'],
  // Real encoders and real bundlers on two cores need more than the default five seconds.
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/closing-line.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bundlers/**', 'test/browser/**', 'test/crash/**'],
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
