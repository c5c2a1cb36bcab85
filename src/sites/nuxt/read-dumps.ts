import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { OutputFile } from '../../plugin/leak-guard.ts';
import { listFiles } from '../publish-site.ts';

/** Where browsers find the documents of a collection, all of them: those that no page shows too. */
const DUMP = /^__nuxt_content\/.+\/sql_dump\.txt$/;
/** How a zipped file begins in base64. */
const ZIPPED = 'H4sI';

/** The documents that Nuxt Content publishes, as text: they are zipped, and nobody who looks for a prompt would see it. */
export async function readDumps(outDir: string): Promise<OutputFile[]> {
  const names = (await listFiles(outDir)).filter((name) => DUMP.test(name));
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(outDir, name), 'utf8');
      return { name, text: text.startsWith(ZIPPED) ? unzip(text) : text };
    }),
  );
}

function unzip(text: string): string {
  const rows = JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as string[];
  return rows.join('\n').replaceAll("''", "'");
}
