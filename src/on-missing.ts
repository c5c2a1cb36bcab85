import { ImagePromptError } from './errors.ts';
import type { OnMissing, Options, OptionsContext } from './options.ts';
import type { Provider } from './provider/types.ts';

/** Every value of the option. */
export const ON_MISSING: readonly OnMissing[] = ['generate', 'error', 'sketch'];

/** What to do about a missing picture, and why. */
export interface Missing {
  value: OnMissing;
  /** For messages. */
  reason: string;
  /** Whether it was asked for in so many words. */
  asked: boolean;
}

/**
 * Who may spend (contract, section 6): the environment, then the option, then what kind of run it is.
 * @throws ImagePromptError CONFIG_INVALID
 */
export function resolveOnMissing(
  options: Pick<Options, 'onMissing'>,
  provider: Provider,
  context: Pick<OptionsContext, 'env' | 'command'>,
): Missing {
  const { env } = context;
  const asked = env['IMAGE_PROMPT_ON_MISSING'];
  if (asked) {
    if (!ON_MISSING.includes(asked as OnMissing)) {
      throw new ImagePromptError(
        'CONFIG_INVALID',
        `Expected ${ON_MISSING.join(' | ')} in IMAGE_PROMPT_ON_MISSING, received "${asked}".`,
      );
    }
    const value = asked as OnMissing;
    return { value, reason: 'IMAGE_PROMPT_ON_MISSING', asked: true };
  }
  if (options.onMissing !== undefined) {
    const value = options.onMissing;
    return { value, reason: 'the option onMissing', asked: true };
  }
  const implied = (value: OnMissing, reason: string): Missing => ({
    value,
    reason,
    asked: false,
  });
  if (isVitest(env)) return implied('sketch', 'Vitest is running');
  if (context.command === 'serve') return implied('sketch', 'a dev server never spends');
  if (context.command === 'watch') return implied('sketch', 'saving a file never spends');
  if (isCi(env)) return implied('error', 'CI is set, so the build is frozen');
  const unavailable = provider.unavailable();
  if (unavailable !== null) return implied('error', unavailable);
  return implied('generate', 'a build with a key generates');
}

/** Whether the environment says that this is a CI run: `CI` set to anything but nothing or `false`. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const ci = env['CI'];
  return ci !== undefined && ci !== '' && ci !== '0' && ci !== 'false';
}

/** Whether tests are running: they never spend. */
export function isVitest(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env['VITEST']);
}
