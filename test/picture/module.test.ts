import { describe, expect, it } from 'vitest';
import { type ModuleUrl, writePictureModule, writeUrlModule } from '../../src/picture/module.ts';
import { createPicture } from '../../src/picture/picture.ts';
import type { VariantSpec } from '../../src/variant/types.ts';
import { INPUT, VARIANTS } from './helpers.ts';

async function evaluate(source: string): Promise<unknown> {
  const module = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
  );
  return module.default;
}

const literal = (variant: VariantSpec): ModuleUrl => ({ literal: INPUT.url(variant) });

describe('writePictureModule', () => {
  it('writes literals as they are', async () => {
    const source = writePictureModule({ ...INPUT, url: literal });
    expect(source).toMatchInlineSnapshot(`
      "export default {
        src: "/assets/hero-1024.jpeg",
        width: 1024,
        height: 512,
        alt: "A quiet café",
        srcset: "/assets/hero-640.jpeg 640w, /assets/hero-1024.jpeg 1024w",
        sizes: "auto, 100vw",
        sources: [
          {
            type: "image/avif",
            srcset: "/assets/hero-640.avif 640w, /assets/hero-1024.avif 1024w",
            sizes: "auto, 100vw",
          },
          {
            type: "image/webp",
            srcset: "/assets/hero-640.webp 640w, /assets/hero-1024.webp 1024w",
            sizes: "auto, 100vw",
          },
        ],
        placeholder: {
          color: "#a1b2c3",
          dataUri: "data:image/webp;base64,AAAA",
        },
        loading: "lazy",
        priority: false,
      };
      "
    `);
    expect(await evaluate(source)).toStrictEqual(createPicture(INPUT));
  });

  it('writes expressions and their imports, each import once', async () => {
    const source = writePictureModule({
      ...INPUT,
      url: (variant) => ({
        expression: `u${VARIANTS.indexOf(variant)}`,
        import: `import { u${VARIANTS.indexOf(variant)} } from './urls.js';`,
      }),
    });
    expect(source).toMatchInlineSnapshot(`
      "import { u0 } from './urls.js';
      import { u1 } from './urls.js';
      import { u2 } from './urls.js';
      import { u3 } from './urls.js';
      import { u4 } from './urls.js';
      import { u5 } from './urls.js';
      export default {
        src: u5,
        width: 1024,
        height: 512,
        alt: "A quiet café",
        srcset: u4 + " 640w, " + u5 + " 1024w",
        sizes: "auto, 100vw",
        sources: [
          {
            type: "image/avif",
            srcset: u0 + " 640w, " + u1 + " 1024w",
            sizes: "auto, 100vw",
          },
          {
            type: "image/webp",
            srcset: u2 + " 640w, " + u3 + " 1024w",
            sizes: "auto, 100vw",
          },
        ],
        placeholder: {
          color: "#a1b2c3",
          dataUri: "data:image/webp;base64,AAAA",
        },
        loading: "lazy",
        priority: false,
      };
      "
    `);
  });

  it('gives the same picture from expressions as from literals', async () => {
    const source = writePictureModule({
      ...INPUT,
      // Binds looser than a sum, so it shows whether it is put in parentheses.
      url: (variant) => ({ expression: `false ? "" : ${JSON.stringify(INPUT.url(variant))}` }),
    });
    expect(await evaluate(source)).toStrictEqual(createPicture(INPUT));
  });

  it('mixes both', async () => {
    const source = writePictureModule({
      ...INPUT,
      url: (variant) =>
        variant.format === 'avif'
          ? { expression: `"/base/" + ${variant.width}` }
          : literal(variant),
    });
    expect(await evaluate(source)).toMatchObject({
      sources: [{ srcset: '/base/640 640w, /base/1024 1024w' }, {}],
    });
  });

  it('keeps any text of the author as text', async () => {
    const alt = '\u00010\u0001 "quoted" \\ $' + '{x} `tick` </script><!-- \u2028 \u0000 \n 🐈';
    const input = { ...INPUT, alt, output: { ...INPUT.output, sizes: '\u00010\u0001' } };
    const source = writePictureModule({
      ...input,
      url: (variant) => ({ expression: JSON.stringify(INPUT.url(variant)) }),
    });
    expect(source).not.toContain('</script>');
    expect(source).not.toContain('\u2028');
    expect(await evaluate(source)).toStrictEqual(createPicture(input));
  });

  it('says nothing but the picture', () => {
    const source = writePictureModule({ ...INPUT, url: literal });
    expect(Object.keys(createPicture(INPUT)).every((key) => source.includes(`${key}:`))).toBe(true);
    expect(source).not.toContain(process.cwd());
  });
});

describe('writeUrlModule', () => {
  it('exports one URL', async () => {
    expect(await evaluate(writeUrlModule({ literal: '/a "b".jpg' }))).toBe('/a "b".jpg');
    expect(writeUrlModule({ expression: 'u0', import: "import u0 from './a.jpeg?url'" })).toBe(
      "import u0 from './a.jpeg?url';\nexport default u0;\n",
    );
  });
});
