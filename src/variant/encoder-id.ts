import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Version of everything in this room that decides bytes beside the libraries. */
const PIPELINE_VERSION = 1;
/** The libraries of sharp that decode, resize, convert colours or encode. */
const LIBRARIES = [
  'sharp',
  'vips',
  'aom',
  'heif',
  'webp',
  'mozjpeg',
  'png',
  'zlib-ng',
  'lcms',
  'highway',
] as const;

/** Names the pipeline and the versions of the libraries, as `sharp.versions` has them. */
export function nameEncoder(versions: Readonly<Record<string, string | undefined>>): string {
  const libraries = LIBRARIES.filter((name) => versions[name] !== undefined);
  return [
    `pipeline@${PIPELINE_VERSION}`,
    ...libraries.map((name) => `${name}@${versions[name]}`),
  ].join(' ');
}

/**
 * Reads what `sharp.versions` would say from the packages' own files: a build that finds every variant in
 * the cache need not load the library, which takes longer than everything else it does. Null where that
 * cannot be told for sure: sharp itself has to be asked then.
 */
export function readSharpVersions(): Record<string, string> | null {
  try {
    const root = findPackage(createRequire(import.meta.url).resolve('sharp'));
    // Built on this machine, perhaps against the system's own libraries.
    if (existsSync(join(root, 'src', 'build'))) return null;
    const { version: sharp } = readJson(join(root, 'package.json'));
    const images = join(dirname(root), '@img');
    const { platform, arch } = process;
    const known = [`${platform}-${arch}`, `${platform}musl-${arch}`].map((one) => `libvips-${one}`);
    const bundled = readdirSync(images).filter((name) => known.includes(name.slice(6)));
    // Two of them are for two C libraries; which one is used, only the loader knows.
    if (bundled.length !== 1 || sharp === undefined) return null;
    return { ...readJson(join(images, bundled[0]!, 'versions.json')), sharp };
  } catch {
    return null;
  }
}

/** The folder above an entry file that is called like the package. */
function findPackage(entry: string): string {
  const marker = join('node_modules', 'sharp');
  return entry.slice(0, entry.lastIndexOf(marker) + marker.length);
}

function readJson(path: string): Record<string, string> {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
}
