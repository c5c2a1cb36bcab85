import type { ResolvedConfig } from 'vite';
import type { VueNodeTransform } from '../vue/types.ts';

/** What `@vitejs/plugin-vue` lets others see and set of its options. */
interface VueApi {
  options: {
    template?: { compilerOptions?: { nodeTransforms?: VueNodeTransform[] } };
  };
}

/**
 * Lets templates of Vue name specs in `<img>`, wherever its plugin for Vite is at work: in an application, in VitePress,
 * in Nuxt.
 */
export async function transformVueTemplates({ plugins }: ResolvedConfig): Promise<void> {
  const api = plugins.find(({ name }) => name === 'vite:vue')?.api as VueApi | undefined;
  if (!api?.options) return;
  const { imagePromptNodeTransform } = await import('../vue/node-transform.ts');
  const { template = {} } = api.options;
  const { compilerOptions = {} } = template;
  const nodeTransforms = [...(compilerOptions.nodeTransforms ?? []), imagePromptNodeTransform()];
  api.options = {
    ...api.options,
    template: { ...template, compilerOptions: { ...compilerOptions, nodeTransforms } },
  };
}
