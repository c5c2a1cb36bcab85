import { join, relative } from 'node:path';
import { replaceFile } from '../fs/publish.ts';
import type { BuildReport } from './build-report.ts';
import type { Session } from './session.ts';

/**
 * Ends the work of a build, and gives what it says at its end, or null when there is nothing to say.
 * With `report: 'json'` the figures go to `report.json` in the cache folder, and the text only says so.
 */
export async function finishRun(session: Session): Promise<string | null> {
  if (session.command === 'build') await session.close();
  // Several environments or outputs end several times.
  const run = session.takeRun();
  if (run === null) return null;
  const { report, cacheDir } = await session.options();
  if (report === false) return null;
  const { createReport, formatReport } = await import('./build-report.ts');
  const summary = createReport(run);
  return report === 'json'
    ? await writeJson(summary, cacheDir, session.root)
    : formatReport(summary);
}

async function writeJson(report: BuildReport, cacheDir: string, root: string): Promise<string> {
  const target = join(cacheDir, 'report.json');
  const bytes = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  const order = { target, bytes, tmpDir: join(cacheDir, 'tmp'), durable: false };
  // A build whose files are all there does not fail for its figures.
  const failure = await replaceFile(order).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (failure !== null) return `image-prompt: the report could not be written: ${failure}`;
  return `image-prompt: the report is ${relative(root, target).replaceAll('\\', '/')}`;
}
