import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ImagePromptError } from '../errors.ts';
import { publish } from '../fs/publish.ts';
import { findUnresolved } from '../plugin/html/find-unresolved.ts';
import { assertNoLeak, type OutputFile, type Secret } from '../plugin/leak-guard.ts';
import { checkOutput, secretsOf, textOf } from '../plugin/output.ts';
import { isElsewhere } from '../plugin/references.ts';
import { findInFeed } from './find-in-feed.ts';
import { ABSOLUTE_HINT, FEED_LEAK_HINT, SITE_LEAK_HINT } from './refuse.ts';
import type { Site, SiteFile } from './site.ts';

/** Files that are read at once. */
const AT_ONCE = 16;
/** Folders that no site publishes from. */
const PASSED_OVER = new Set(['node_modules', '.git']);

/**
 * Copies what was resolved into the output folder of a site. Files are complete whenever they are visible.
 * @returns names relative to the folder, sorted
 */
export async function copySiteFiles(files: readonly SiteFile[], outDir: string): Promise<string[]> {
  for (const { name, locate } of files) {
    const target = join(outDir, name);
    // The name stands for the bytes, and what is visible is complete.
    if (await isThere(target)) continue;
    const bytes = await readFile(await locate());
    // Pages are written side by side, and may show the same picture.
    await publish({ target, bytes, tmpDir: dirname(target), durable: false });
  }
  return files.map(({ name }) => name).sort();
}

/**
 * Copies what pages name and what is not there: a bundler that has gone over the pages has taken what it
 * understood over under names of its own, and thrown the rest away.
 */
export async function copyNamedFiles(
  files: readonly SiteFile[],
  outDir: string,
): Promise<string[]> {
  const missing: SiteFile[] = [];
  for (const file of files) if (!(await isThere(join(outDir, file.name)))) missing.push(file);
  if (missing.length === 0) return [];
  const named = new Set<SiteFile>();
  for (const name of await listFiles(outDir)) {
    const { text } = await readOutput(outDir, name);
    for (const file of missing) if (text?.includes(file.name)) named.add(file);
  }
  return await copySiteFiles([...named], outDir);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/**
 * Looks the output folder of a site over once it is complete: no spec, no prompt, no reference that nobody
 * rewrote, and no sketch that passes for a picture.
 * @param warn told of sketches that were asked for, and of trouble with the cache
 * @throws ImagePromptError LEAK_RAW, MISSING_SKETCH
 */
export async function checkSite(
  site: Site,
  outDir: string,
  warn: (message: string) => void,
): Promise<void> {
  const { session } = site;
  await checkFiles(outDir, secretsOf(session));
  await checkOutput(session, [], warn);
}

/**
 * Looks the files of a folder over for specs, prompts and references that nobody rewrote.
 * @param matters which of them, by their names
 * @throws ImagePromptError LEAK_RAW
 */
export async function checkFiles(
  outDir: string,
  secrets: readonly Secret[],
  matters: (name: string) => boolean = () => true,
): Promise<void> {
  const names = (await listFiles(outDir)).filter(matters);
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const batch = names.slice(at, at + AT_ONCE).map((name) => readOutput(outDir, name));
    const files = await Promise.all(batch);
    assertNoLeak(files, secrets);
    for (const file of files) await assertResolved(file);
  }
}

/** A file of an output folder; binary ones have no text. */
export async function readOutput(outDir: string, name: string): Promise<OutputFile> {
  // By its name alone, when that says that there is no text in it.
  if (textOf(name, new Uint8Array([32])) === null) return { name, text: null };
  return { name, text: textOf(name, await readFile(join(outDir, name))) };
}

async function assertResolved({ name, text }: OutputFile): Promise<void> {
  if (text === null) return;
  const isPage = /\.html?$/i.test(name);
  const found = isPage ? await findUnresolved(text) : await findInFeed(name, text);
  if (found === null) return;
  const hint = isElsewhere(found.value) ? ABSOLUTE_HINT : SITE_LEAK_HINT;
  throw new ImagePromptError('LEAK_RAW', `${name} names ${found.value} in ${found.where}.`, {
    hint: isPage ? hint : FEED_LEAK_HINT,
  });
}

/** Every file of an output folder, relative to it, with `/`. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length)
        .replace(/^[\\/]/, ''),
    )
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => !name.split('/').some((part) => PASSED_OVER.has(part)))
    .sort();
}
