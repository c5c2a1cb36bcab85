import { type AstroDoor, createAstroDoor } from './sites/astro/integration.ts';

export type { AstroDoor, AstroOptions } from './sites/astro/integration.ts';
export type { AstroIntegration } from './sites/astro/types.ts';

/** The integration for Astro: `integrations: [imagePrompt()]`. */
const imagePrompt: AstroDoor = createAstroDoor({
  env: process.env,
  now: () => performance.now(),
});

export default imagePrompt;
