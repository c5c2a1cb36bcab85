import { resolve } from 'node:path';
import { CONFIG_FILES } from '../../config/load-config.ts';
import type { Engine } from '../../engine/engine.ts';
import { toRelative } from '../../engine/load-wanted.ts';
import { listStoreFiles } from '../../engine/store-files.ts';
import { ImagePromptError, isImagePromptError } from '../../errors.ts';
import { printable } from '../../report.ts';
import type { Command, CommandContext } from '../commands.ts';
import { lookAround } from '../init/look-around.ts';
import { planNextSteps } from '../init/next-steps.ts';
import { planFiles } from '../init/plan-files.ts';
import type { InitReport } from '../init/types.ts';
import { writeFiles } from '../init/write-files.ts';
import { toJson } from '../output.ts';
import type { Terminal } from '../terminal.ts';

export const init: Command = {
  usage: '',
  about:
    'Sets up an existing project: configuration, a first spec, types, the store with its git attributes, and the schema in the settings of Visual Studio Code. Adds what is missing and changes nothing else; needs no network and pays nothing.',
  options: {
    'dry-run': { type: 'boolean', about: 'say what would be written, and write nothing' },
  },
  async run(context) {
    const { words, values, json, terminal, cwd } = context;
    if (words.length > 0) {
      throw new ImagePromptError('CONFIG_INVALID', 'Expected no paths: it is about the project.', {
        hint: 'Write `image-prompt init`, with --root for another folder.',
      });
    }
    const { engine, problem } = await openAnyhow(context);
    const { root, dir } = engine.options;
    const around = await lookAround(root, [dir]);
    const named = typeof values['config'] === 'string' ? resolve(root, values['config']) : null;
    const steps = await planFiles(around, {
      config: named === null ? findConfig(around.files) : toRelative(root, named),
      specs: await engine.select([], root),
      storeFiles: listStoreFiles(engine.options),
      storeIsKnown: problem === null,
    });
    const dry = values['dry-run'] === true;
    const wanted = steps.flatMap(({ kind, file }) => (/write|add/.test(kind) ? [file] : []));
    const written = dry ? wanted : await writeFiles(root, steps);
    const kept = steps.map(({ file }) => file).filter((file) => !written.includes(file));
    // Where the package is not installed, that is why.
    const mistake = around.installedAt === null ? null : problem;
    const report = { written, kept, next: planNextSteps(around, steps, mistake) };
    if (json) terminal.out(toJson(report));
    else printReport(report, { dry, where: toRelative(cwd, root), terminal });
    return mistake === null ? 0 : 1;
  },
};

/**
 * Opens the project also where its configuration cannot be loaded: it imports this package, which may not
 * be installed yet.
 */
async function openAnyhow({
  values,
  open,
}: CommandContext): Promise<{ engine: Engine; problem: string | null }> {
  try {
    return { engine: await open(), problem: null };
  } catch (error) {
    if (!isImagePromptError(error) || values['config'] !== undefined) throw error;
    return { engine: await open({ unconfigured: true }), problem: error.message.split('\n')[0]! };
  }
}

function findConfig(files: ReadonlySet<string>): string | null {
  return CONFIG_FILES.find((name) => files.has(name)) ?? null;
}

function printReport(
  { written, kept, next }: InitReport,
  { dry, where, terminal }: { dry: boolean; where: string; terminal: Terminal },
): void {
  const place = where === '' ? '' : ` in ${printable(where)}`;
  const parts: [title: string, lines: readonly string[]][] = [
    [`${dry ? 'Would write' : 'Written'}${place}`, written],
    [`Left as it is${place}`, kept],
    ['Next', next.map((step, index) => `${index + 1}. ${step}`)],
  ];
  const texts = parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) =>
      [terminal.style('bold', title), ...lines.map((line) => `  ${printable(line)}`)].join('\n'),
    );
  terminal.out(texts.join('\n\n'));
}
