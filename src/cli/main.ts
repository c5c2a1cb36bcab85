import { parseArgs } from 'node:util';
import { isImagePromptError } from '../errors.ts';
import { formatDiagnostic, printable } from '../report.ts';
import { VERSION } from '../version.ts';
import {
  COMMANDS,
  COMMON_OPTIONS,
  type Command,
  type CommandContext,
  isCommandName,
} from './commands.ts';
import { helpFor, overview } from './help.ts';
import { openProject } from './project.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** What of the process a command sees. */
export type CliProcess = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd'>;

/**
 * Runs one command line.
 * @returns the exit code: 1 when there is a problem to fix, else 2 when pictures are missing and the
 *   command may not pay, else 0
 */
export async function main(words: readonly string[], process: CliProcess): Promise<number> {
  const [name, ...rest] = words;
  const plain = createTerminal({ ...process, color: true, quiet: false });
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    plain.out(overview(plain));
    return name === undefined ? 1 : 0;
  }
  if (name === '--version' || name === '-v') {
    plain.out(VERSION);
    return 0;
  }
  if (!isCommandName(name)) {
    plain.err(
      `Expected a command (${Object.keys(COMMANDS).join(', ')}), received "${printable(name)}".`,
    );
    return 1;
  }
  const command: Command = await COMMANDS[name].load();
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: rest,
      options: { ...command.options, ...COMMON_OPTIONS },
      allowPositionals: true,
    }) as typeof parsed;
  } catch (error) {
    plain.err(`${(error as Error).message}\nSee: image-prompt ${name} --help`);
    return 1;
  }
  const { values, positionals } = parsed;
  const color = values['no-color'] !== true;
  const terminal = createTerminal({ ...process, color, quiet: values['quiet'] === true });
  if (values['help'] === true) {
    terminal.out(helpFor(name, command, terminal));
    return 0;
  }
  const context: CommandContext = {
    words: positionals,
    values,
    json: values['json'] === true,
    terminal,
    env: process.env,
    cwd: process.cwd(),
    open: ({ unconfigured } = { unconfigured: false }) =>
      openProject({
        unconfigured,
        root: typeof values['root'] === 'string' ? values['root'] : undefined,
        config: typeof values['config'] === 'string' ? values['config'] : undefined,
        cwd: process.cwd(),
        env: process.env,
      }),
  };
  try {
    return await command.run(context);
  } catch (error) {
    // Why a command failed is no progress: `--quiet` does not hide it.
    reportError(error, createTerminal({ ...process, color, quiet: false }));
    return 1;
  }
}

function reportError(error: unknown, terminal: Terminal): void {
  if (!isImagePromptError(error)) throw error;
  for (const diagnostic of error.diagnostics) terminal.err(formatDiagnostic(diagnostic));
  terminal.err(`${terminal.style('red', error.code)}: ${printable(error.message)}`);
  terminal.err(`  ${printable(error.hint)}`);
}
