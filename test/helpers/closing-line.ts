import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line of counts, which continuous integration can read. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that cannot even be loaded has no tests to fail, nor has one whose first hook throws.
      const tests = [...module.children.allTests()];
      // A hook that throws fails a suite and skips its tests.
      const hooks = [...module.children.allSuites()].filter((one) => one.errors().length > 0);
      if (module.state() === 'failed' && tests.every((one) => one.result().state !== 'failed')) {
        count.failed += Math.max(1, hooks.length);
      }
      for (const test of tests) count[test.result().state]++;
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${skipped}`);
  }
}
