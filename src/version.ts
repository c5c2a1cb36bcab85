import { readFileSync } from 'node:fs';

/** Version of this package, as published. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;

/** How records name their writer. */
export const TOOL: string = `unplugin-image-prompt@${VERSION}`;
