import {
  COMMANDS,
  COMMON_OPTIONS,
  type Command,
  type CommandName,
  type CommandOption,
} from './commands.ts';
import { formatTable, type Terminal } from './terminal.ts';

/** `image-prompt --help` */
export function overview(terminal: Terminal): string {
  const commands = Object.entries(COMMANDS).map(([name, { about }]) => [`  ${name}`, about]);
  return [
    `${terminal.style('bold', 'image-prompt')} COMMAND [SPEC-PATHS-OR-GLOBS…]`,
    '',
    ...formatTable(commands),
    '',
    'Every command takes --help. Without paths a command looks at every spec of the project.',
    'Exit codes: 1 a problem to fix, 2 pictures are missing, 0 neither.',
  ].join('\n');
}

/** `image-prompt COMMAND --help` */
export function helpFor(name: CommandName, command: Command, terminal: Terminal): string {
  const rows = (options: Readonly<Record<string, CommandOption>>): string[] =>
    formatTable(
      Object.entries(options).map(([option, { about, value }]) => [
        `  --${option}${value ? ` ${value}` : ''}`,
        about,
      ]),
    );
  const own = Object.keys(command.options).length > 0 ? ['', ...rows(command.options)] : [];
  return [
    terminal.style('bold', `image-prompt ${name} ${command.usage}`.trimEnd()),
    '',
    command.about,
    ...own,
    '',
    ...rows(COMMON_OPTIONS),
  ].join('\n');
}
