import { createLimit } from '../../engine/limit.ts';
import { checkOutput } from '../../plugin/output.ts';
import { finishRun } from '../../plugin/run-report.ts';
import type { Session } from '../../plugin/session.ts';
import { findImports } from './find-imports.ts';
import { writeSpecModule } from './write-spec-module.ts';

/** Pictures that are decoded at once: each takes memory, and the encoder has its own lanes. */
const AT_ONCE = 4;

/**
 * Makes, encodes and places what the application imports, before Next's bundler looks for any file. Every picture is
 * tried, so that what was asked for is received also when another one fails; then the first failure is thrown.
 * @param pageExtensions Next's option: which files are pages
 * @param print null for the second and further times that Next reads its configuration
 */
export async function prepareBuild(
  session: Session,
  pageExtensions: readonly string[],
  print: ((message: string) => void) | null,
): Promise<void> {
  const engine = await session.engine();
  const specs = await engine.select([], session.root);
  const ids = await findImports(session.root, specs, pageExtensions.includes('md'));
  const limit = createLimit(Math.max(AT_ONCE, engine.options.concurrency));
  const written = await Promise.allSettled(
    ids.map((id) => limit(() => writeSpecModule(session, id))),
  );
  const failed = written.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  const warn = (message: string): void => print?.(`image-prompt: ${message}`);
  await checkOutput(session, [], warn);
  const text = await finishRun(session);
  if (text) print?.(text);
}
