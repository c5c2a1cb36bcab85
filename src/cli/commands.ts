import type { Engine } from '../engine/engine.ts';
import type { Terminal } from './terminal.ts';

/** An option of a command, for `node:util` parseArgs and for `--help`. */
export interface CommandOption {
  type: 'boolean' | 'string';
  about: string;
  /** How `--help` names the value of a `string`. */
  value?: string;
}

/** What a command gets. */
export interface CommandContext {
  words: readonly string[];
  values: Readonly<Record<string, unknown>>;
  json: boolean;
  terminal: Terminal;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Reads the configuration, unless told not to, and creates the engine. */
  open(how?: { unconfigured: boolean }): Promise<Engine>;
}

/** One command. */
export interface Command {
  /** Words after the command, for `--help`. */
  usage: string;
  /** What it does, for its own `--help`. */
  about: string;
  options: Readonly<Record<string, CommandOption>>;
  /** Does it and gives the exit code. */
  run(context: CommandContext): Promise<number>;
}

/** Options that every command takes. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', about: 'print the result as JSON' },
  config: { type: 'string', value: 'FILE', about: 'path of the configuration file' },
  root: {
    type: 'string',
    value: 'DIR',
    about: 'root of the project (default: the current folder)',
  },
  'no-color': { type: 'boolean', about: 'no colours' },
  quiet: { type: 'boolean', about: 'no progress and no messages' },
  help: { type: 'boolean', about: 'this text' },
} as const;

/** Every command; their code loads when they are called. */
export const COMMANDS = {
  init: {
    about: 'set up an existing project; adds what is missing, pays nothing',
    load: async (): Promise<Command> => (await import('./commands/init.ts')).init,
  },
  check: {
    about: 'validate specs and print every diagnostic',
    load: async (): Promise<Command> => (await import('./commands/check.ts')).check,
  },
  plan: {
    about: 'show what is missing and what it would cost',
    load: async (): Promise<Command> => (await import('./commands/plan.ts')).plan,
  },
  explain: {
    about: 'show where the values of a spec come from, the prompt as sent, and the key',
    load: async (): Promise<Command> => (await import('./commands/explain.ts')).explain,
  },
  generate: {
    about: 'make what is missing',
    load: async (): Promise<Command> => (await import('./commands/generate.ts')).generate,
  },
  list: {
    about: 'show the originals of the store',
    load: async (): Promise<Command> => (await import('./commands/list.ts')).list,
  },
  resume: {
    about: 'finish what earlier runs had submitted',
    load: async (): Promise<Command> => (await import('./commands/resume.ts')).resume,
  },
  pick: {
    about: 'choose one of the candidates of a spec',
    load: async (): Promise<Command> => (await import('./commands/pick.ts')).pick,
  },
  sheet: {
    about: 'show all candidates of specs side by side, as a page or a picture',
    load: async (): Promise<Command> => (await import('./commands/sheet.ts')).sheet,
  },
  verify: {
    about: 're-read every original and record',
    load: async (): Promise<Command> => (await import('./commands/verify.ts')).verify,
  },
  gc: {
    about: 'list, or delete, what no spec uses',
    load: async (): Promise<Command> => (await import('./commands/gc.ts')).gc,
  },
  types: {
    about: 'write exact types of the imports of specs',
    load: async (): Promise<Command> => (await import('./commands/types.ts')).types,
  },
  schema: {
    about: 'print the JSON Schema of specs',
    load: async (): Promise<Command> => (await import('./commands/schema.ts')).schema,
  },
} as const;

export type CommandName = keyof typeof COMMANDS;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}
