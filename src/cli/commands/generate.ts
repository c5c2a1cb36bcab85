import { formatPlan, formatReport } from '../../engine/describe.ts';
import type { Engine } from '../../engine/engine.ts';
import type { GenerateReport, Plan } from '../../engine/types.ts';
import { ImagePromptError } from '../../errors.ts';
import { isCi } from '../../on-missing.ts';
import { formatUsd, printable } from '../../report.ts';
import type { Command, CommandContext } from '../commands.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import {
  exitCodeOf,
  hasErrors,
  printDiagnostics,
  printPlan,
  reportToJson,
  toJson,
} from '../output.ts';
import { createProgress } from '../progress.ts';

export const generate: Command = {
  usage: '[SPEC…]',
  about:
    'Makes what is missing. Shows the plan and asks first on a terminal; elsewhere it needs --yes to spend.',
  options: {
    yes: { type: 'boolean', about: 'spend without asking, also where the price is not known' },
    budget: {
      type: 'string',
      value: 'USD',
      about: 'US dollars this run may spend (default: the configured budget)',
    },
    concurrency: { type: 'string', value: 'N', about: 'paid requests in flight at once' },
    more: { type: 'string', value: 'N', about: 'make N further candidates of each named spec' },
    'dry-run': { type: 'boolean', about: 'show the plan and stop' },
    'retry-in-doubt': { type: 'boolean', about: 'pay again for requests whose answer was lost' },
    rebuy: {
      type: 'boolean',
      about: 'pay again for broken originals of the named specs that no repair brings back',
    },
    'no-wait': { type: 'boolean', about: 'submit and leave; `resume` collects later' },
    cancel: { type: 'boolean', about: 'make nothing; take back what is still queued' },
  },
  async run(context) {
    const { words, values, json, terminal, cwd } = context;
    const engine = await context.open();
    if (values['cancel'] === true) return await cancel(engine, context);
    const { more, rebuy, wait, budget, concurrency } = readFlags(engine, context);
    const files = await engine.select(words, cwd);
    const plan = await engine.plan(files, { more, rebuy });
    if (values['dry-run'] === true) {
      printPlan(plan, json, terminal);
      return exitCodeOf(plan);
    }
    printDiagnostics(plan.diagnostics, terminal);
    if (!json) terminal.err(formatPlan(plan, terminal.style));
    const unavailable = engine.options.provider.unavailable();
    if (plan.total.images > 0 && unavailable !== null) {
      throw new ImagePromptError('PROVIDER_NO_KEY', unavailable);
    }
    const consent = await askConsent(plan, engine, context);
    if (consent === 'refused') {
      if (json) terminal.out(toJson(NOTHING_DONE));
      return exitCodeOf(plan);
    }
    const progress = createProgress(terminal);
    const interrupt = stopOnInterrupt(terminal);
    const work = engine.generate(files, {
      // Who said yes to a price has agreed to no more, whatever a spec says a moment later.
      budget:
        consent === 'free'
          ? 0
          : consent === 'asked'
            ? Math.min(budget, plan.total.usd ?? budget)
            : budget,
      concurrency,
      acceptUnknownPrice: consent !== 'free' || !engine.options.provider.paid,
      retryInDoubt: values['retry-in-doubt'] === true,
      more,
      rebuy,
      wait,
      signal: interrupt.signal,
      onEvent: progress.onEvent,
    });
    const report = await work.finally(() => {
      progress.end();
      interrupt.end();
    });
    if (json) terminal.out(reportToJson(report));
    else terminal.out(formatReport(report, terminal.style));
    return report.failed.length > 0 || hasErrors(plan.diagnostics) ? 1 : 0;
  },
};

interface Flags {
  more: number;
  rebuy: boolean;
  wait: boolean;
  budget: number;
  concurrency: number;
}

/** @throws ImagePromptError CONFIG_INVALID */
function readFlags(engine: Engine, { words, values }: CommandContext): Flags {
  const more = numberOf(values, 'more', { whole: true, least: 1 }) ?? 0;
  const rebuy = values['rebuy'] === true;
  const wait = values['no-wait'] !== true;
  for (const flag of [...(more > 0 ? ['more'] : []), ...(rebuy ? ['rebuy'] : [])]) {
    if (words.length > 0) continue;
    throw new ImagePromptError('CONFIG_INVALID', `Expected the specs that --${flag} is about.`, {
      hint: `Write \`image-prompt generate --${flag}${flag === 'more' ? ' 2' : ''} src/hero.image.yaml\`.`,
    });
  }
  if (!wait && engine.options.provider.keepsResults === false) {
    throw new ImagePromptError(
      'CONFIG_INVALID',
      '--no-wait needs results that the service keeps.',
      {
        hint: 'Leave `syncMode` out: its results are kept for minutes only.',
      },
    );
  }
  return {
    more,
    rebuy,
    wait,
    budget: numberOf(values, 'budget', { whole: false, least: 0 }) ?? engine.options.budget,
    concurrency:
      numberOf(values, 'concurrency', { whole: true, least: 1 }) ?? engine.options.concurrency,
  };
}

async function cancel(
  engine: Engine,
  { words, json, terminal, cwd }: CommandContext,
): Promise<number> {
  const files = words.length > 0 ? await engine.select(words, cwd) : null;
  const report = await engine.cancel(files);
  if (json) terminal.out(toJson(report));
  else {
    const { cancelled, kept } = report;
    terminal.out(`${cancelled.length} requests taken back, ${kept.length} run or have ended`);
    if (kept.length > 0) terminal.err('`npx image-prompt resume` collects those.');
  }
  return 0;
}

const NOTHING_DONE: GenerateReport = {
  generated: [],
  resumed: [],
  failed: [],
  total: { images: 0, usd: 0 },
};

/** Whether somebody agreed to what the plan costs; `free` when there is nothing to agree to. */
async function askConsent(
  plan: Plan,
  engine: Engine,
  { terminal, values, env }: CommandContext,
): Promise<'agreed' | 'asked' | 'free' | 'refused'> {
  if (values['yes'] === true) return 'agreed';
  if (plan.total.usd === 0 || !engine.options.provider.paid) return 'free';
  if (isCi(env) || !terminal.interactive) {
    terminal.err('Nothing was sent: without a terminal to ask on, spending needs --yes.');
    return 'refused';
  }
  return (await terminal.ask(`Spend ${formatUsd(plan.total.usd)}?`)) ? 'asked' : 'refused';
}

function numberOf(
  values: Readonly<Record<string, unknown>>,
  name: string,
  rule: { whole: boolean; least: number },
): number | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const number = Number(text);
  const fits = rule.whole ? Number.isInteger(number) : Number.isFinite(number);
  if (text.trim() !== '' && fits && number >= rule.least) return number;
  const kind = rule.whole ? 'a whole number' : 'a number';
  throw new ImagePromptError(
    'CONFIG_INVALID',
    `Expected ${kind} from ${rule.least} for --${name}, received "${printable(text)}".`,
  );
}
