import { styleText } from 'node:util';

/** Where a command writes and what it may ask. */
export interface Terminal {
  /** Results: what a script reads. */
  out(text: string): void;
  /** Progress and messages for people. */
  err(text: string): void;
  /** Text for the live lines on stderr, as it is. */
  rewrite(text: string): void;
  /** Whether stderr is a terminal that can rewrite its lines. */
  readonly live: boolean;
  /** Width of that terminal in columns. */
  readonly columns: number;
  /** Whether a question can be asked. */
  readonly interactive: boolean;
  ask(question: string): Promise<boolean>;
  style(format: Format, text: string): string;
}

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What of the process a terminal is made from. */
export interface TerminalContext {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  env: Readonly<Record<string, string | undefined>>;
  color: boolean;
  quiet: boolean;
}

/** The terminal of a process. Colours follow `--no-color`, NO_COLOR and whether stdout is a terminal. */
export function createTerminal(context: TerminalContext): Terminal {
  const { stdin, stdout, stderr, env } = context;
  const colored = context.color && !env['NO_COLOR'] && Boolean(stdout.isTTY);
  // `image-prompt list | head` closes the pipe; that is no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const interactive = Boolean(stdin.isTTY) && Boolean(stderr.isTTY);
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => {
      if (!context.quiet) stderr.write(`${text}\n`);
    },
    rewrite: (text) => void stderr.write(text),
    live: Boolean(stderr.isTTY) && !context.quiet && env['TERM'] !== 'dumb',
    get columns() {
      return stderr.columns ?? 80;
    },
    interactive,
    async ask(question) {
      if (!interactive) return false;
      const { createInterface } = await import('node:readline/promises');
      const prompt = createInterface({ input: stdin, output: stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } finally {
        prompt.close();
      }
    },
    // Whether to colour is decided above, for the streams that were given and not the process's own.
    style: (format, text) => (colored ? styleText(format, text, { validateStream: false }) : text),
  };
}
