import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

/** How much of an error stands below the name of its test, in characters. */
const SHOWN = 800;

/**
 * Ends a run with what failed, what only passed at a second attempt, and one plain line of counts.
 * Continuous integration often keeps no more of a long output than its end.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let again = 0;
    for (const module of modules) {
      // A file that cannot even be loaded has no tests to fail, nor has one whose first hook throws.
      const tests = [...module.children.allTests()];
      // A hook that throws fails a suite and skips its tests.
      const hooks = [...module.children.allSuites()].filter((one) => one.errors().length > 0);
      if (module.state() === 'failed' && tests.every((one) => one.result().state !== 'failed')) {
        count.failed += Math.max(1, hooks.length);
        print('FAILED', module.relativeModuleId, module.errors());
      }
      for (const suite of hooks) print('FAILED', nameOf(suite), suite.errors());
      for (const test of tests) {
        const { state, errors } = test.result();
        count[state]++;
        if (state === 'failed') print('FAILED', nameOf(test), errors ?? []);
        if (state === 'passed' && test.diagnostic()?.flaky) {
          again++;
          print('PASSED AT A SECOND ATTEMPT', nameOf(test), errors ?? []);
        }
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    const flaky = again > 0 ? `, ${again} of the passed at a second attempt` : '';
    console.log(`${count.passed} passed, ${count.failed} failed${skipped}${flaky}`);
  }
}

function nameOf(test: TestCase | TestSuite): string {
  return `${test.module.relativeModuleId} › ${test.fullName}`;
}

function print(what: string, name: string, errors: readonly { message: string }[]): void {
  console.log(`${what}: ${name}`);
  const text = errors.map(({ message }) => message).join('\n');
  if (text) console.log(`  ${text.slice(0, SHOWN).replaceAll('\n', '\n  ')}`);
}
