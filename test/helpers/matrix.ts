import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

const COLUMNS = ['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'rsbuild', 'esbuild', 'farm'];
const SITES = [
  'astro-satteri',
  'astro-unified',
  'node',
  'eleventy',
  'eleventy-vite',
  'vue',
  'mdx',
  'next-turbopack',
  'next-webpack',
  'nuxt',
  'svelte',
  'sveltekit',
  'vitepress-1',
  'vitepress-2',
  'docusaurus-rspack',
  'docusaurus-webpack',
];
/** What stands in the columns of a project's table. */
const PROJECTS: Readonly<Record<string, readonly string[]>> = {
  bundlers: COLUMNS,
  dev: COLUMNS,
  sites: SITES,
};
type Mark = '✓' | '✗' | '–';

/**
 * Prints what the suites of bundlers and sites have seen as tables, bundler × case and site × case, and the reason
 * of every case that was skipped. The bundler is the name of a suite; the case is the title of the test below it.
 */
export default class Matrix implements Reporter {
  readonly #tables = new Map<readonly string[], Map<string, Map<string, Mark>>>();
  readonly #reasons: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const columns = PROJECTS[test.project.name];
    if (!columns) return;
    const names = namesOf(test);
    const at = names.findIndex((name) => columns.includes(name.split(/[ :]/)[0]!));
    if (at === -1) return;
    const bundler = names[at]!.split(/[ :]/)[0]!;
    // What stands beside the bundler's own name in its suite's title belongs to the case.
    const rest = names[at]!.slice(bundler.length).replace(/^[ :]+/, '');
    const title = [...names.slice(0, at), rest, ...names.slice(at + 1)].filter(Boolean).join(' › ');
    const rows = this.#tables.get(columns) ?? new Map<string, Map<string, Mark>>();
    this.#tables.set(columns, rows);
    const row = rows.get(title) ?? new Map<string, Mark>();
    rows.set(title, row);
    const { state } = test.result();
    row.set(bundler, state === 'passed' ? '✓' : state === 'failed' ? '✗' : '–');
    if (state !== 'skipped') return;
    const { note } = test.result() as { note?: string };
    this.#reasons.push(`– ${bundler}: ${title}: ${note ?? 'no reason is written'}`);
    // Nothing is left out silently.
    if (!note) process.exitCode = 1;
  }

  onTestRunEnd(_modules: readonly TestModule[]): void {
    const tables = [...this.#tables].flatMap(([columns, rows]) => drawTable(columns, rows));
    if (tables.length === 0) return;
    process.stdout.write(`\n${[...tables, ...this.#reasons].join('\n')}\n`);
  }
}

function drawTable(
  columns: readonly string[],
  rows: ReadonlyMap<string, ReadonlyMap<string, Mark>>,
): string[] {
  const width = 64;
  const line = (title: string, cells: readonly string[]): string =>
    [
      title.slice(0, width).padEnd(width),
      ...cells.map((cell, i) => cell.padEnd(columns[i]!.length)),
    ].join(' ');
  const lines = [...rows].map(([title, row]) =>
    line(
      title,
      columns.map((name) => row.get(name) ?? ' '),
    ),
  );
  const counted = columns.map((name) =>
    String([...rows.values()].filter((row) => row.get(name) === '✓').length),
  );
  return [line('', columns), ...lines, line('passed', counted)];
}

function namesOf(test: TestCase): string[] {
  const names = [test.name];
  for (let parent = test.parent; parent.type === 'suite'; parent = (parent as TestSuite).parent) {
    names.unshift(parent.name);
  }
  return names;
}
