import { createDefaultEngine } from '../../src/engine/defaults.ts';
import type { Engine, EngineDeps } from '../../src/engine/engine.ts';
import type { GenerateOptions, GenerateReport, Plan } from '../../src/engine/types.ts';
import { type Options, type OptionsContext, resolveOptions } from '../../src/options.ts';
import { type FalOptions, fal } from '../../src/provider/fal.ts';
import type { Provider } from '../../src/provider/types.ts';
import { type FalStandIn, type StandInOptions, startFalStandIn } from '../fal-stand-in/index.mjs';
import { createProject, type Project } from '../helpers/project.ts';

export const KEY = 'test-id:test-secret';

export function startService(options: StandInOptions = {}): Promise<FalStandIn> {
  return startFalStandIn({ keys: [KEY], concurrency: 8, ...options });
}

/** The real provider against a stand-in, without the waits between tries. */
export function createFal(service: FalStandIn, options: FalOptions = {}): Provider {
  const all = { credentials: KEY, baseUrl: service.baseUrl, pollInterval: 5, ...options };
  return fal(all, {}, { sleep: async () => {}, random: () => 0.5, now: Date.now });
}

/** A spec of the smallest picture: $0.01. */
export function spec(prompt: string, more = ''): string {
  return `prompt: ${prompt}\nalt: ${prompt}\nimage_size: 816x816\nquality: low\n${more}`;
}

/** A spec of a picture for $0.04. */
export function dearSpec(prompt: string): string {
  return `prompt: ${prompt}\nalt: x\nimage_size: 1024x768\nquality: medium\n`;
}

export function openEngine(
  project: Project,
  options: Options,
  context: Partial<OptionsContext> = {},
  parts: Partial<EngineDeps> = {},
): Engine {
  const { root } = project;
  const noDefault = (): Provider => {
    throw new Error('Tests name their provider.');
  };
  const base = { root, command: 'build', env: {}, defaultProvider: noDefault } as const;
  return createDefaultEngine(resolveOptions(options, { ...base, ...context }), {}, parts);
}

/** A project, a service, and what tests do with them. */
export interface Bench {
  project: Project;
  service: FalStandIn;
  engine(options?: Options, context?: Partial<OptionsContext>): Engine;
  plan(more?: number): Promise<Plan>;
  generate(options?: Partial<GenerateOptions>): Promise<GenerateReport>;
}

export function createBench(
  service: FalStandIn,
  files: Record<string, string | Uint8Array>,
): Bench {
  const project = createProject(files);
  const engine: Bench['engine'] = (options, context) =>
    openEngine(project, { provider: createFal(service), ...options }, context);
  return {
    project,
    service,
    engine,
    async plan(more) {
      const opened = engine();
      return await opened.plan(
        await opened.select([], project.root),
        more === undefined ? {} : { more },
      );
    },
    async generate(options) {
      const opened = engine();
      const files = await opened.select([], project.root);
      return await opened.generate(files, { ...GENERATE, ...options });
    },
  };
}

export const GENERATE: GenerateOptions = { budget: 5, concurrency: 4, acceptUnknownPrice: false };

/** The note of the only request under way. */
export function readNote(project: Project): { file: string; note: Record<string, unknown> } {
  const [name] = project.list('.image-prompt/state/journal');
  const file = `.image-prompt/state/journal/${name}`;
  return { file, note: JSON.parse(project.readText(file)) as Record<string, unknown> };
}

export function notes(project: Project): string[] {
  return project.list('.image-prompt/state/journal');
}

export function originals(project: Project): string[] {
  return project.list('.image-prompt/originals').filter((name) => !name.endsWith('.json'));
}
