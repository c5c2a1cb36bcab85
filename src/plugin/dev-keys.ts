import { relative, sep } from 'node:path';
import type { CLIShortcut, ViteDevServer } from 'vite';
import { describeEvents, formatPlan, formatReport } from '../engine/describe.ts';
import type { Engine } from '../engine/engine.ts';
import type { Plan, PlanItem } from '../engine/types.ts';
import { amount, formatDiagnostic, formatUsd } from '../report.ts';
import { PLUGIN_NAME } from './bundler-error.ts';
import type { Session } from './session.ts';

/** Keys of a dev server's terminal; the plugin instance has them as its `api`. */
export interface DevKeys {
  /** Shows the pictures that are missing, with prices. */
  show(print: Print): Promise<void>;
  /** Shows the same and what another press pays; pays with that press, and only what was shown. */
  generate(print: Print): Promise<void>;
}

type Print = (text: string) => void;

/** How long what was shown may be agreed to. */
const OFFER_MS = 30_000;

/** Creates the keys of one plugin instance. */
export function createDevKeys(session: Session): DevKeys {
  /** What the last press showed, while another one pays it. */
  let offer: string | null = null;
  let end: NodeJS.Timeout | undefined;
  let busy = false;

  const withdraw = (): void => {
    clearTimeout(end);
    offer = null;
  };

  const plan = async (): Promise<{ engine: Engine; files: string[]; plan: Plan }> => {
    const engine = await session.engine();
    // What is imported counts also where discovery does not look.
    const imported = [...session.sources.keys()].map((file) =>
      relative(session.root, file).split(sep).join('/'),
    );
    const discovered = await engine.select([], session.root);
    const files = [...new Set([...discovered, ...imported])].sort();
    return { engine, files, plan: await engine.plan(files) };
  };

  const describe = ({ diagnostics, ...rest }: Plan): string =>
    [
      '',
      ...diagnostics.map((one) => `${formatDiagnostic(one)}\n`),
      formatPlan({ diagnostics, ...rest, orphans: [] }),
    ].join('\n');

  /** Carries out what was agreed to, and no more, whatever a spec says a moment later. */
  const run = async (
    engine: Engine,
    files: string[],
    agreed: Plan,
    print: Print,
  ): Promise<void> => {
    const { budget, concurrency } = engine.options;
    const report = await engine.generate(files, {
      budget: Math.min(budget, agreed.total.usd ?? 0),
      only: countAgreed(agreed),
      concurrency,
      acceptUnknownPrice: false,
      onEvent: describeEvents((line) => print(`  ${line}`)),
    });
    print(formatReport(report));
  };

  /** Shows, or gives the run that was agreed to. */
  const press = async (print: Print): Promise<(() => Promise<void>) | null> => {
    const { engine, files, plan: planned } = await plan();
    const shown = JSON.stringify([planned.total, planned.specs]);
    const agreed = offer === shown;
    withdraw();
    if (agreed) {
      print(`Generating ${amount(planned.total.images, 'picture')} …`);
      return () => run(engine, files, planned, print);
    }
    print(describe(planned));
    if (planned.total.images === 0) return null;
    const refusal = refuse(engine, planned);
    if (refusal !== null) {
      print(refusal);
      return null;
    }
    offer = shown;
    end = setTimeout(withdraw, OFFER_MS).unref();
    print(`press g + enter again within 30 s to pay ${formatUsd(planned.total.usd)}`);
    return null;
  };

  return {
    async show(print) {
      const { engine, plan: planned } = await plan();
      print(describe(planned));
      if (planned.total.images > 0) print(refuse(engine, planned) ?? 'g + enter generates them');
    },

    async generate(print) {
      if (busy) return;
      busy = true;
      const free = (): void => {
        busy = false;
      };
      const agreed = await press(print).catch((error: unknown) => {
        free();
        throw error;
      });
      if (agreed === null) return free();
      // Not awaited: Vite ignores every key, `q` among them, until an action has ended.
      void agreed()
        .catch((error: unknown) => print(`image-prompt: ${messageOf(error)}`))
        .finally(free);
    },
  };
}

/** How many pictures of each key were shown to be paid for. */
function countAgreed({ specs, pending }: Plan): Map<PlanItem['key'], number> {
  const underWay = new Set(pending.map(({ key }) => key));
  const counts = new Map<PlanItem['key'], number>();
  for (const { key, missing } of specs) {
    if (missing === 0) continue;
    // What was paid before is only waited for: were it gone, it would be bought with another's share.
    const paid = underWay.has(key) && specs.every((one) => one.key !== key || one.usd === 0);
    // Two specs may want one picture, and one request answers for both.
    counts.set(key, Math.max(counts.get(key) ?? 0, paid ? 0 : missing));
  }
  return counts;
}

/** Why these pictures cannot be bought here, or null. */
function refuse({ options }: Engine, { total }: Plan): string | null {
  const unavailable = options.provider.unavailable();
  if (unavailable !== null) return `Nothing can be generated. ${unavailable}`;
  if (total.usd === null) {
    return 'Its price is not known: `npx image-prompt generate` asks whether to pay it all the same.';
  }
  if (total.usd <= options.budget) return null;
  return `That is more than the budget of ${formatUsd(options.budget)}: raise the option \`budget\`, or name fewer specs to \`npx image-prompt generate\`.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Adds the keys to the shortcuts of Vite's terminal. */
export function addDevKeys(server: ViteDevServer): void {
  const bind = server.bindCLIShortcuts;
  server.bindCLIShortcuts = (options) => {
    const taken = options?.customShortcuts ?? [];
    const ours = SHORTCUTS.filter(({ key }) => taken.every((other) => other.key !== key));
    bind.call(server, { ...options, customShortcuts: [...taken, ...ours] });
  };
}

/**
 * Vite keeps these over a restart, whose plugins are new ones, or gone: so they look for the instances
 * when they are pressed. https://github.com/vitejs/vite/blob/main/packages/vite/src/node/shortcuts.ts
 */
const SHORTCUTS: readonly CLIShortcut<ViteDevServer>[] = [
  shortcut('i', 'show the pictures that are missing, with prices', 'show'),
  shortcut('g', 'generate the pictures that are missing (shows the price first)', 'generate'),
];

function shortcut(
  key: string,
  description: string,
  what: keyof DevKeys,
): CLIShortcut<ViteDevServer> {
  return {
    key,
    description,
    async action({ config }) {
      const ours = config.plugins.filter(({ name, api }) => name === PLUGIN_NAME && api);
      if (ours.length === 0) {
        config.logger.info('image-prompt: the plugin is no longer in the configuration of Vite.');
      }
      for (const { api } of ours) {
        // Vite ends when an action throws.
        try {
          await (api as DevKeys)[what]((text) => config.logger.info(text));
        } catch (error) {
          config.logger.error(`image-prompt: ${messageOf(error)}`);
        }
      }
    },
  };
}
