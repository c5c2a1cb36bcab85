import type { PictureInput } from '../../src/picture/picture.ts';
import type { OutputFormat } from '../../src/spec/types.ts';
import type { VariantSpec } from '../../src/variant/types.ts';

export const VARIANTS: VariantSpec[] = (['avif', 'webp', 'jpeg'] as OutputFormat[]).flatMap(
  (format) => [640, 1024].map((width) => ({ width, height: width / 2, format, options: {} })),
);

export const INPUT: PictureInput = {
  alt: 'A quiet café',
  plan: { display: { width: 1024, height: 512 }, src: 5 },
  variants: VARIANTS,
  analysis: {
    alpha: false,
    color: '#a1b2c3',
    dataUri: 'data:image/webp;base64,AAAA',
    thumbhash: null,
  },
  output: { sizes: null, loading: 'lazy', priority: false, placeholder: 'blur' },
  url: ({ width, format }) => `/assets/hero-${width}.${format}`,
};
