import { formatTable } from '../report.ts';
import {
  COMMANDS,
  COMMON_OPTIONS,
  type Command,
  type CommandName,
  type CommandOption,
} from './commands.ts';
import type { Terminal } from './terminal.ts';

/** `image-prompt --help` */
export function overview(terminal: Terminal): string {
  const commands = Object.entries(COMMANDS).map(([name, { about }]) => [`  ${name}`, about]);
  return [
    `${terminal.style('bold', 'image-prompt')} COMMAND [SPEC-PATHS-OR-GLOBS…]`,
    '',
    ...formatTable(commands),
    '',
    'Options of every command, after its name:',
    ...formatOptions(COMMON_OPTIONS),
    '',
    '`image-prompt --version` prints the version. Without paths a command looks at every spec of the project.',
    'Exit codes: 1 a problem to fix, else 2 pictures are missing and the command may not pay, else 0.',
  ].join('\n');
}

/** `image-prompt COMMAND --help` */
export function helpFor(name: CommandName, command: Command, terminal: Terminal): string {
  const own =
    Object.keys(command.options).length > 0 ? ['', ...formatOptions(command.options)] : [];
  return [
    terminal.style('bold', `image-prompt ${name} ${command.usage}`.trimEnd()),
    '',
    command.about,
    ...own,
    '',
    ...formatOptions(COMMON_OPTIONS),
  ].join('\n');
}

function formatOptions(options: Readonly<Record<string, CommandOption>>): string[] {
  return formatTable(
    Object.entries(options).map(([option, { about, value }]) => [
      `  --${option}${value ? ` ${value}` : ''}`,
      about,
    ]),
  );
}
