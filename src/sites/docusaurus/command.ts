import type { BundlerCommand } from '../../plugin/session.ts';

/** Commands of Docusaurus that end with a site to be published. */
const BUILDS = new Set(['build', 'deploy']);
/** The others: some of them load the whole site, front matter included, and publish nothing. */
const OTHERS = new Set([
  'start',
  'serve',
  'swizzle',
  'clear',
  'write-translations',
  'write-heading-ids',
]);

/**
 * What kind of run this is. Docusaurus does not tell plugins: its mode says development for `build --dev`, and for
 * commands that must not pay for what they only look at.
 * @param words of the command line, behind the program
 */
export function readCommand(words: readonly string[], env: NodeJS.ProcessEnv): BundlerCommand {
  const word = words.find((one) => !one.startsWith('-')) ?? '';
  const servesNew = word === 'serve' && words.includes('--build');
  if (BUILDS.has(word) || servesNew) return 'build';
  if (OTHERS.has(word)) return 'serve';
  // A script that calls its functions.
  return env['NODE_ENV'] === 'production' ? 'build' : 'serve';
}
