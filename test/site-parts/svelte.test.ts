// Components through the preprocessor and Svelte's own compiler.
import { compile } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';
import { imagePromptPreprocess } from '../../src/sites/svelte/preprocess.ts';

async function preprocess(content: string, filename = 'App.svelte'): Promise<string> {
  const result = await imagePromptPreprocess().markup({ content, filename });
  const code = result?.code ?? content;
  // Whatever comes out is a component, in browsers and on servers.
  for (const generate of ['client', 'server'] as const) compile(code, { generate, filename });
  return code;
}

describe('a component', () => {
  test('imports each spec once, beside its own script', async () => {
    const code = await preprocess(
      '<script>\n  let a = 1;\n</script>\n{#if a}<img src="./a.image.yaml" alt="x">{:else}<img src="a.image.yaml" alt="y" />{/if}',
    );
    expect(code).toMatch(/^<script>\nimport _imagePrompt0 from ".\/a.image.yaml";\n/);
    expect(code.match(/import /g)).toHaveLength(1);
    expect(code.match(/<picture>\{#each _imagePrompt0\.sources as/g)).toHaveLength(2);
  });

  test('keeps attributes and directives on the img, after ours', async () => {
    const code = await preprocess(
      '<img class:on={true} src="./a.image.yaml" alt="" width="64" sizes="50vw" {...$$props} on:click={() => 1 > 0} />',
    );
    expect(code).toMatch(/^<script>\nimport _imagePrompt0 /);
    expect(code).toMatch(
      /\}\} class:on=\{true\} alt="" width="64" sizes="50vw" \{\.\.\.\$\$props\} on:click=\{\(\) => 1 > 0\} \/><\/picture>$/,
    );
    expect(code).toContain('height: Math.round(64 * _imagePrompt0.height / _imagePrompt0.width)');
    expect(code).toContain('<source {..._imagePrompt0_source} sizes="50vw" />');
  });

  test('never puts a picture into a picture', async () => {
    const code = await preprocess('<picture><img src="./a.image.yaml" alt="x" /></picture>');
    expect(code.match(/<picture>/g)).toHaveLength(1);
  });

  test('an empty alt of Markdown says nothing; in a component it is decoration', async () => {
    const content = '<p><img src="./a.image.yaml" alt=""></p>';
    expect(await preprocess(content, 'page.svx')).not.toContain('alt=""');
    expect(await preprocess(content)).toContain('alt=""');
  });

  test.each([
    '<p>./a.image.yaml</p>',
    '<img src="https://example.org/a.image.yaml" alt="x">',
    '<img src={a} alt="x"><!-- a.image.yaml -->',
    '<img src="./{a}.image.yaml" alt="x">',
  ])('leaves all else alone: %s', async (content) => {
    expect(await imagePromptPreprocess().markup({ content })).toBeUndefined();
  });

  test('takes scripts and styles of any language, and leaves errors to Svelte', async () => {
    const other =
      '<script lang="ts">let a: number = 1 as any</script><img src="./a.image.yaml" alt="x"><style lang="scss">$a: 1; .b { .c { d: $a } }</style>';
    const result = await imagePromptPreprocess().markup({ content: other });
    expect(result?.code).toContain('<picture>');
    expect(result?.code).toContain('$a: 1; .b { .c { d: $a } }');
    expect(
      await imagePromptPreprocess().markup({ content: '<img src="./a.image.yaml"' }),
    ).toBeUndefined();
  });
});
