/** How each package manager adds a package for development, by its lock file. */
const INSTALLERS: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm install --save-dev',
  'npm-shrinkwrap.json': 'npm install --save-dev',
  'pnpm-lock.yaml': 'pnpm add --save-dev',
  'yarn.lock': 'yarn add --dev',
  'bun.lock': 'bun add --dev',
  'bun.lockb': 'bun add --dev',
};

/** Names of the lock files that `init` knows. */
export const LOCK_FILES: readonly string[] = Object.keys(INSTALLERS);

/** The command that adds a package for development; without a lock file that of npm. */
export function findInstaller(lockFile: string | null): string {
  return INSTALLERS[lockFile ?? 'package-lock.json']!;
}
