import type { DocusaurusConfig } from './types.ts';

/** What is added to a configuration. */
export interface Additions {
  plugin: unknown;
  /** Plugin for remark, to be called before those of Docusaurus. */
  remark: unknown;
  parseFrontMatter: NonNullable<DocusaurusConfig['markdown']>['parseFrontMatter'];
}

/** Parts of a preset that read Markdown. */
const CONTENT = ['docs', 'blog', 'pages'] as const;
const CLASSIC = /^(?:classic|@docusaurus\/classic)$|preset-classic/;
const CONTENT_PLUGIN = /(?:^|[-/\\])content-(?:docs|blog|pages)(?:$|[/\\])/;

/** Adds what makes pictures to a configuration: nothing that is in it already is changed. Pure. */
export function extendConfig(
  config: DocusaurusConfig,
  { plugin, remark, parseFrontMatter }: Additions,
): DocusaurusConfig {
  const add = (given: unknown): object => {
    const options = (given ?? {}) as { beforeDefaultRemarkPlugins?: unknown[] };
    const before = options.beforeDefaultRemarkPlugins ?? [];
    return { ...options, beforeDefaultRemarkPlugins: [...before, remark] };
  };
  const extendPreset = (entry: unknown): unknown => {
    const [preset, options, ...rest] = listOf(entry);
    if (!preset) return entry;
    const given = { ...(options as Record<string, unknown> | undefined) };
    for (const part of CONTENT) {
      // Presets of others have such a part only where somebody gives it options.
      const has = isObject(given[part]) || (given[part] === undefined && isNamed(preset, CLASSIC));
      if (has) given[part] = add(given[part]);
    }
    return [preset, given, ...rest];
  };
  const extendPlugin = (entry: unknown): unknown => {
    const [name, options, ...rest] = listOf(entry);
    return isNamed(name, CONTENT_PLUGIN) ? [name, add(options), ...rest] : entry;
  };
  return {
    ...config,
    presets: config.presets?.map(extendPreset) ?? [],
    plugins: [...(config.plugins?.map(extendPlugin) ?? []), plugin],
    markdown: { ...config.markdown, ...(parseFrontMatter ? { parseFrontMatter } : {}) },
  };
}

function listOf(entry: unknown): readonly unknown[] {
  return Array.isArray(entry) ? entry : [entry];
}

function isNamed(entry: unknown, pattern: RegExp): boolean {
  return typeof entry === 'string' && pattern.test(entry);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
