import type { Engine } from '../../engine/engine.ts';
import type { GenerateReport, Plan } from '../../engine/types.ts';
import { ImagePromptError } from '../../errors.ts';
import { isCi } from '../../options.ts';
import type { Command, CommandContext } from '../commands.ts';
import {
  exitCodeOf,
  formatPlan,
  hasErrors,
  printDiagnostics,
  printPlan,
  toJson,
} from '../output.ts';
import { createProgress } from '../progress.ts';
import { formatUsd, printable, type Terminal } from '../terminal.ts';

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
  },
  async run(context) {
    const { words, values, json, terminal, cwd } = context;
    const engine = await context.open();
    const files = await engine.select(words, cwd);
    const more = numberOf(values, 'more', { whole: true, least: 1 }) ?? 0;
    if (more > 0 && words.length === 0) {
      throw new ImagePromptError('CONFIG_INVALID', 'Expected the specs that --more is about.', {
        hint: 'Write `image-prompt generate --more 2 src/hero.image.yaml`.',
      });
    }
    const budget = numberOf(values, 'budget', { whole: false, least: 0 }) ?? engine.options.budget;
    const concurrency =
      numberOf(values, 'concurrency', { whole: true, least: 1 }) ?? engine.options.concurrency;
    const plan = await engine.plan(files, more);
    if (values['dry-run'] === true) {
      printPlan(plan, json, terminal);
      return exitCodeOf(plan);
    }
    printDiagnostics(plan.diagnostics, terminal);
    if (!json) terminal.err(formatPlan(plan, terminal));
    const consent = await askConsent(plan, engine, context);
    if (consent === 'refused') {
      if (json) terminal.out(toJson(NOTHING_DONE));
      return exitCodeOf(plan);
    }
    const progress = createProgress(terminal);
    const work = engine.generate(files, {
      // Who was asked for nothing has agreed to nothing, whatever a spec says a moment later.
      budget: consent === 'free' ? 0 : budget,
      concurrency,
      acceptUnknownPrice: consent === 'agreed' || !engine.options.provider.paid,
      retryInDoubt: values['retry-in-doubt'] === true,
      more,
      onEvent: progress.onEvent,
    });
    const report = await work.finally(progress.end);
    if (json) terminal.out(toJson(report));
    else terminal.out(formatReport(report, terminal));
    return report.failed.length > 0 || hasErrors(plan.diagnostics) ? 1 : 0;
  },
};

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
): Promise<'agreed' | 'free' | 'refused'> {
  if (values['yes'] === true) return 'agreed';
  if (plan.total.usd === 0 || !engine.options.provider.paid) return 'free';
  if (isCi(env) || !terminal.interactive) {
    terminal.err('Nothing was sent: without a terminal to ask on, spending needs --yes.');
    return 'refused';
  }
  return (await terminal.ask(`Spend ${formatUsd(plan.total.usd)}?`)) ? 'agreed' : 'refused';
}

function formatReport(report: GenerateReport, terminal: Terminal): string {
  const { generated, resumed, failed, total } = report;
  const failures = failed.map(
    ({ code, file, message }) =>
      `${terminal.style('red', code)} ${printable(file)}: ${printable(message)}`,
  );
  const parts = [`${generated.length} made`];
  if (resumed.length > 0) parts.push(`${resumed.length} resumed`);
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  return [...failures, `${parts.join(', ')}; ${formatUsd(total.usd)} spent`].join('\n');
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
