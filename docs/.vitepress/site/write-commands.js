import { execFileSync } from 'node:child_process';
import { pathOf } from './read-file.js';

/** The page of the command line: what the commands say of themselves. */
export function writeCommands() {
  const overview = help();
  const [list = ''] = overview.split('\n\nOptions of every command');
  const names = [...list.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
  if (names.length === 0) throw new Error(`No command was found in: ${overview}`);
  const [common = ''] = /^Options of every command[\s\S]*$/m.exec(overview) ?? [];
  const shared = common.split('\n').filter((line) => line.startsWith('  --'));
  const sections = names.map((name) => {
    const own = help(name)
      .split('\n')
      .filter((line) => !shared.some((one) => one.trim().split(/\s{2,}/)[0] === optionOf(line)))
      .join('\n')
      .trim();
    return `## ${name}\n\n${fence(own)}`;
  });
  return `# Command line\n\n${fence(overview.trim())}\n\n${sections.join('\n\n')}\n`;
}

/** `--config FILE` of a line of help. */
function optionOf(line) {
  return line.startsWith('  --') ? line.trim().split(/\s{2,}/)[0] : null;
}

function help(...words) {
  const program = pathOf('dist/cli/run.js');
  return execFileSync(
    process.execPath,
    [program, ...words, '--help', '--no-color'].filter(Boolean),
    {
      encoding: 'utf8',
    },
  );
}

function fence(text) {
  return `\`\`\`text\n${text}\n\`\`\``;
}
