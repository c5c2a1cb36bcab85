import { findBundler, type KnownBundler } from './bundlers.ts';
import { findInstaller } from './package-managers.ts';
import { usesTypeScript } from './plan-files.ts';
import type { Step, Surroundings } from './types.ts';

const PACKAGE = 'unplugin-image-prompt';

/**
 * What is left to do by hand, in order.
 * @param problem why the configuration cannot be loaded, or null
 */
export function planNextSteps(
  around: Surroundings,
  steps: readonly Step[],
  problem: string | null,
): string[] {
  const spec = steps.find(({ file }) => /\.image\.ya?ml$/.test(file));
  const found = findBundler(around);
  return [
    ...adviseInstall(around),
    ...(problem === null
      ? []
      : [`Mend the configuration, and run \`npx image-prompt init\` again: ${problem}`]),
    ...steps.flatMap((step) => (step.kind === 'tell' ? [step.advice] : [])),
    ...advisePlugin(around, found),
    ...(spec?.kind === 'write' && found !== null ? [adviseImport(spec.file)] : []),
    'See what is missing and what it costs: `npx image-prompt plan`. Until you buy it with `npx image-prompt generate`, which needs a key in FAL_KEY and asks first, a dev server shows a sketch.',
  ];
}

function adviseInstall({ lockFile, manifest, installedAt }: Surroundings): string[] {
  if (manifest.dependencies.has(PACKAGE))
    return installedAt === null ? ['Install the packages of the project.'] : [];
  return [`Install the package: \`${findInstaller(lockFile)} ${PACKAGE}\`.`];
}

function advisePlugin(
  around: Surroundings,
  found: { bundler: KnownBundler; file: string | null } | null,
): string[] {
  if (found === null) {
    return [
      `Add the plugin to your bundler: \`import images from '${PACKAGE}/vite'\`, or /webpack, /rspack, /rsbuild, /rollup, /rolldown, /esbuild, /farm.`,
    ];
  }
  const { bundler, file } = found;
  const text = file === null ? '' : (around.texts.get(file) ?? '');
  if (text.includes(PACKAGE)) return [];
  const door = `${PACKAGE}/${bundler.door}`;
  const line = isCommonJs(text, file)
    ? `const images = require('${door}');`
    : `import images from '${door}';`;
  if (file !== null) return [`In ${file} add \`${line}\`, and \`images()\` to its \`plugins\`.`];
  if (bundler.config === null) {
    return [
      `Where ${bundler.name} is called add \`${line}\`, and \`images()\` to its \`plugins\`.`,
    ];
  }
  const ending = usesTypeScript(around) ? 'ts' : around.manifest.isModule ? 'js' : 'mjs';
  const name = `${bundler.config}.${ending}`;
  return [`Create ${name}: \`${line} export default { plugins: [images()] };\``];
}

function isCommonJs(text: string, file: string | null): boolean {
  return (
    /\.c[jt]s$/.test(file ?? '') ||
    (/\bmodule\.exports\b/.test(text) && !/^\s*import\s/m.test(text))
  );
}

function adviseImport(spec: string): string {
  return `Use it: \`import hero from './hero.image.yaml'\` beside ${spec}, and \`pictureHtml(hero)\` of ${PACKAGE}/html writes the <picture>.`;
}
