import type { BuiltPicture } from '../engine/build-picture.ts';
import type { Variant, VariantSpec } from '../variant/types.ts';

/** How long nobody has asked for anything before full encodes begin: a page's drafts come first. */
const QUIET_MS = 1000;

/** What is shown of a variant that nobody has encoded yet. */
export interface DevDrafts {
  /**
   * A draft, or the variant itself when it is there or nearly as quick to make. After a draft the variant
   * is encoded in a quiet moment, for whoever asks next.
   */
  show(built: BuiltPicture, spec: VariantSpec): Promise<{ variant: Variant; draft: boolean }>;
  /** Leaves the rest until it is asked for again. */
  drop(): void;
}

/** Creates the drafts of one dev server. */
export function createDevDrafts(): DevDrafts {
  const waiting = new Map<string, () => Promise<unknown>>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let drops = 0;

  const workLater = (): void => {
    clearTimeout(timer);
    // The process may end meanwhile: whatever is left is made when it is asked for again.
    timer = setTimeout(() => void work(), QUIET_MS).unref();
  };

  /** One at a time, and none is begun while drafts are asked for. */
  const work = async (): Promise<void> => {
    const [next] = waiting;
    if (busy || next === undefined) return;
    const [key, encode] = next;
    waiting.delete(key);
    busy = true;
    // What is wrong is told to whoever asks for the variant.
    await encode().catch(() => {});
    busy = false;
    workLater();
  };

  return {
    async show(built, spec) {
      const before = drops;
      const draft = await built.renderDraft(spec);
      if (draft === null) return { variant: await built.renderOne(spec), draft: false };
      // After a drop it would begin an encoder that nobody ends.
      if (before === drops) {
        waiting.set(draft.key, () => built.renderOne(spec));
        workLater();
      }
      return { variant: draft, draft: true };
    },

    drop() {
      drops++;
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
