import { createLimit } from '../../engine/limit.ts';
import { isImagePromptError } from '../../errors.ts';
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
 * @param print null for the second and further times that Next reads its configuration
 */
export async function prepareBuild(
  session: Session,
  print: ((message: string) => void) | null,
): Promise<void> {
  const engine = await session.engine();
  const ids = await findImports(session.root, await engine.select([], session.root));
  const limit = createLimit(Math.max(AT_ONCE, engine.options.concurrency));
  const written = await Promise.allSettled(
    ids.map((id) => limit(() => writeSpecModule(session, id))),
  );
  const failed = written.find(
    // What stands in a comment, and is no import, is not ours to judge.
    (one) => one.status === 'rejected' && codeOf(one.reason) !== 'SPEC_QUERY',
  );
  if (failed?.status === 'rejected') throw failed.reason;
  const warn = (message: string): void => print?.(`image-prompt: ${message}`);
  await checkOutput(session, [], warn);
  const text = await finishRun(session);
  if (text) print?.(text);
}

function codeOf(error: unknown): unknown {
  if (isImagePromptError(error)) return error.code;
  return (error as { code?: unknown } | null)?.code;
}
