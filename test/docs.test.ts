import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { CATALOGUE } from '../src/errors.ts';
import { DEFAULTS, OPTION_NAMES } from '../src/options.ts';
import { outputSchema } from '../src/spec/output-schema.ts';
import { SPEC_FIELDS } from '../src/spec/schema.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** First cells of the table rows of a section: the names in backticks. */
function namesOf(heading: string): Set<string> {
  const section = readme.split(/^#{2,3} /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`The README has no section "${heading}".`);
  const cells = section.split('\n').flatMap((line) => /^\| (.+?) \|/.exec(line)?.[1] ?? []);
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map((match) => match[1]!)),
  );
}

describe('the README lists what there is', () => {
  test('every field of a spec', () => {
    expect([...namesOf('The spec')].sort()).toEqual([...SPEC_FIELDS].sort());
  });

  test('every field of output', () => {
    expect([...namesOf('`output`')].sort()).toEqual(Object.keys(outputSchema.shape).sort());
  });

  test('every option', () => {
    expect([...namesOf('Options')].sort()).toEqual([...OPTION_NAMES].sort());
  });

  test('every command with its options', async () => {
    expect([...namesOf('Command line')].sort()).toEqual(Object.keys(COMMANDS).sort());
    for (const { load } of Object.values(COMMANDS)) {
      for (const option of Object.keys((await load()).options))
        expect(readme).toContain(`--${option}`);
    }
  });

  test('the defaults that are numbers', () => {
    expect(readme).toContain(`| \`budget\` | \`${DEFAULTS.budget}\` |`);
    expect(readme).toContain(`| \`concurrency\` | \`${DEFAULTS.concurrency}\` |`);
  });
});

describe('docs/safety.md', () => {
  const safety = readFileSync(new URL('../docs/safety.md', import.meta.url), 'utf8');
  const rows = safety.split('\n').filter((line) => /^\| .*`test\//.test(line));
  const named = rows.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)`/g)].map((one) => one[1]!));

  test.each(named)('names tests that exist: %s', (path) => {
    const file = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
    const folder = dirname(path);
    const names = readdirSync(new URL(`../${folder}`, import.meta.url));
    expect(names.filter((name) => file.test(`${folder}/${name}`))).not.toEqual([]);
  });

  test('proves each of its claims', () => {
    expect(rows.length).toBeGreaterThan(9);
    const table = safety.split('\n').filter((line) => /^\| (?!claim)/.test(line));
    expect(table).toEqual(rows);
  });
});

describe('docs/troubleshooting.md', () => {
  test('has a section with words for every code, and for no other', () => {
    const text = readFileSync(new URL('../docs/troubleshooting.md', import.meta.url), 'utf8');
    const sections = text.split(/^### /m).slice(1);
    const codes = sections.map((section) => section.split('\n', 1)[0]);
    expect([...codes].sort()).toEqual(Object.keys(CATALOGUE).sort());
    for (const section of sections) expect(section.trim().length, section).toBeGreaterThan(60);
  });
});
