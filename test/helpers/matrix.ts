import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

const COLUMNS = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'];
const PROJECTS = ['bundlers', 'dev'];
type Mark = '✓' | '✗' | '–';

/**
 * Prints what the suites of bundlers have seen as a table, bundler × case, and the reason of every
 * case that was skipped. The bundler is the name of a suite; the case is the title of the test below it.
 */
export default class Matrix implements Reporter {
  readonly #rows = new Map<string, Map<string, Mark>>();
  readonly #reasons: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (!PROJECTS.includes(test.project.name)) return;
    const names = namesOf(test);
    const at = names.findIndex((name) => COLUMNS.includes(name.split(/[ :]/)[0]!));
    if (at === -1) return;
    const bundler = names[at]!.split(/[ :]/)[0]!;
    // What stands beside the bundler's own name in its suite's title belongs to the case.
    const rest = names[at]!.slice(bundler.length).replace(/^[ :]+/, '');
    const title = [...names.slice(0, at), rest, ...names.slice(at + 1)].filter(Boolean).join(' › ');
    const row = this.#rows.get(title) ?? new Map<string, Mark>();
    this.#rows.set(title, row);
    const { state } = test.result();
    row.set(bundler, state === 'passed' ? '✓' : state === 'failed' ? '✗' : '–');
    if (state !== 'skipped') return;
    const { note } = test.result() as { note?: string };
    this.#reasons.push(`– ${bundler}: ${title}: ${note ?? 'no reason is written'}`);
    // Nothing is left out silently.
    if (!note) process.exitCode = 1;
  }

  onTestRunEnd(_modules: readonly TestModule[]): void {
    if (this.#rows.size === 0) return;
    const width = 64;
    const line = (title: string, cells: readonly string[]): string =>
      [
        title.slice(0, width).padEnd(width),
        ...cells.map((cell, i) => cell.padEnd(COLUMNS[i]!.length)),
      ].join(' ');
    const rows = [...this.#rows].map(([title, row]) =>
      line(
        title,
        COLUMNS.map((name) => row.get(name) ?? ' '),
      ),
    );
    const counted = COLUMNS.map((name) =>
      String([...this.#rows.values()].filter((row) => row.get(name) === '✓').length),
    );
    const table = [line('', COLUMNS), ...rows, line('passed', counted), ...this.#reasons];
    process.stdout.write(`\n${table.join('\n')}\n`);
  }
}

function namesOf(test: TestCase): string[] {
  const names = [test.name];
  for (let parent = test.parent; parent.type === 'suite'; parent = (parent as TestSuite).parent) {
    names.unshift(parent.name);
  }
  return names;
}
