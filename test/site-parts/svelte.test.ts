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
    expect(code).toMatch(
      /^<script>\nimport _imagePrompt0 from ".\/a.image.yaml\?single-picture";\n/,
    );
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

  test.each([
    '<script lang="ts" generics="T extends Array<string>">let { list }: { list: T } = $props();</script>',
    '<!-- an old <script> of ours -->\n<script>let a = 1;</script>',
  ])('whatever its script looks like: %s', async (script) => {
    const code = await preprocess(`${script}\n<img src="./a.image.yaml" alt="x">`);
    expect(code).toContain('<picture>');
    expect(code).not.toContain('src="./a.image.yaml"');
  });

  test('rewrites sources of art direction, and the poster of a film', async () => {
    const code = await preprocess(
      '<picture><source srcset="./b.image.yaml" media="(max-width: 600px)"><img src="./a.image.yaml" alt="x"></picture><video poster="./a.image.yaml"></video>',
    );
    expect(code.match(/<source [^/]*media="\(max-width: 600px\)"/g)).toHaveLength(2);
    expect(code).toMatch(/<video poster=\{_imagePrompt\d\.src\}>/);
    expect(code).not.toMatch(/(?:srcset|src|poster)="/);
  });

  test.each([
    '<svelte:head><meta property="og:image" content="./a.image.yaml"></svelte:head>',
    '<a href="./a.image.yaml">x</a>',
  ])('refuses with the line what no picture can stand in: %s', async (markup) => {
    await expect(preprocess(`\n${markup}`)).rejects.toMatchObject({
      code: 'LEAK_RAW',
      message: expect.stringContaining('App.svelte:2: no picture can stand in <'),
    });
  });

  test('what is fetched first is not lazy; a directive may be called as an attribute is', async () => {
    const code = await preprocess(
      '<img src="./a.image.yaml" alt="" fetchpriority="high" class:src={true}>',
    );
    expect(code).toContain('loading: "eager"');
    expect(code).toContain('class:src={true}');
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
