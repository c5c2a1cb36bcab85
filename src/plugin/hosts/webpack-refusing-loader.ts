import type { ReferenceContext } from './webpack-references.ts';

/** Says no before any other loader has begun: loading a spec may cost money. */
export function pitch(this: ReferenceContext): void {
  this.imagePrompt?.refuse(this);
}

/** Never reached. */
export default function passOn(content: unknown): unknown {
  return content;
}
