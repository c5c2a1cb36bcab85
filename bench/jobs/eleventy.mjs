import { readFileSync } from 'node:fs';
import Image from '@11ty/eleventy-img';
import { FORMATS, widthsOf } from '../lib/work.mjs';

const { images } = JSON.parse(readFileSync('work.json', 'utf8'));
await Promise.all(
  images.map((image) =>
    Image(image.file, { widths: widthsOf(image.width), formats: FORMATS, outputDir: 'out' }),
  ),
);
