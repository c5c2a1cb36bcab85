import type { BuildOptions } from 'esbuild';
import { ImagePromptError } from '../../errors.ts';
import type { ModuleUrl } from '../../picture/module.ts';
import type { Session } from '../session.ts';

/**
 * Makes `publicPath` esbuild's own, so that its loader writes the URLs; ours and its are one.
 * @throws ImagePromptError CONFIG_INVALID
 */
export async function adoptPublicPath(session: Session, options: BuildOptions): Promise<void> {
  const { publicPath } = await session.options();
  if (publicPath === undefined) return;
  const theirs = options.publicPath;
  if (theirs !== undefined && theirs.replace(/\/*$/, '/') !== publicPath) {
    throw new ImagePromptError(
      'CONFIG_INVALID',
      `Expected one publicPath, received "${publicPath}" from the plugin and "${theirs}" from esbuild.`,
    );
  }
  options.publicPath = publicPath;
}

/**
 * How a script finds a file whose name is the value of `name`: below `publicPath`, else beside itself.
 * @throws ImagePromptError CONFIG_INVALID for a script that cannot know where it is
 */
export function writeUrl(options: BuildOptions, name: string, from: string): ModuleUrl {
  const lines = `import ${name} from ${JSON.stringify(from)}`;
  if (options.publicPath !== undefined) return { expression: name, import: lines };
  // The path is relative to the script; a page has to know it from where the page is.
  const format = formatOf(options);
  if (format === 'esm') {
    return { expression: `new URL(${name}, import.meta.url).href`, import: lines };
  }
  if (format === 'cjs') {
    return { expression: `new URL(${name}, pathToFileURL(__filename)).href`, import: lines };
  }
  throw new ImagePromptError(
    'CONFIG_INVALID',
    'Expected publicPath for pictures in a script of the format "iife", received none.',
    {
      hint: "Set esbuild's `publicPath` (or the option of this plugin) to where the output is served from, such as '/'; or build with `format: 'esm'`.",
    },
  );
}

/** What a module needs besides its files. */
export function writeHead(options: BuildOptions): string {
  const needsPath = options.publicPath === undefined && formatOf(options) === 'cjs';
  return needsPath ? "import { pathToFileURL } from 'node:url';\n" : '';
}

/** Source: https://esbuild.github.io/api/#format */
function formatOf({ format, platform = 'browser' }: BuildOptions): 'esm' | 'cjs' | 'iife' {
  if (format !== undefined) return format;
  return platform === 'node' ? 'cjs' : platform === 'neutral' ? 'esm' : 'iife';
}
