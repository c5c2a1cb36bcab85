// The floor: the same variants with the least work that sharp allows. One decode for each original, one
// resize for each width, every format from that; two encodes in flight, one thread
// each. Files are cached by what they are made of, and linked into the output.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { FORMATS, widthsOf } from '../lib/work.mjs';

const IN_FLIGHT = 2;
const { images, settings } = JSON.parse(readFileSync('work.json', 'utf8'));
mkdirSync('out', { recursive: true });
mkdirSync('.cache', { recursive: true });

const hash = (...words) => createHash('sha256').update(JSON.stringify(words)).digest('hex');
const put = (cached, target) => {
  try {
    linkSync(cached, target);
  } catch {
    copyFileSync(cached, target);
  }
};

/** What is missing of each original, the largest first: no core idles behind a big one at the end. */
const work = [];
for (const image of images) {
  const missing = [];
  for (const width of widthsOf(image.width)) {
    for (const format of FORMATS) {
      const cached = `.cache/${hash(image.digest, width, format, settings[format])}`;
      const target = `out/${image.name}-${width}.${format}`;
      if (existsSync(cached)) put(cached, target);
      else missing.push({ width, format, cached, target });
    }
  }
  if (missing.length > 0) work.push({ image, missing });
}
work.sort((a, b) => b.image.width * b.image.height - a.image.width * a.image.height);

if (work.length > 0) {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  let free = IN_FLIGHT;
  const waiting = [];
  const inLane = async (task) => {
    if (free > 0) free--;
    else await new Promise((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
  const toRaw = (image) => inLane(() => image.raw().toBuffer({ resolveWithObject: true }));
  const fromRaw = ({ data, info }) => {
    const { width, height, channels } = info;
    return sharp(data, { raw: { width, height, channels } });
  };

  const make = async ({ image, missing }) => {
    const full = await toRaw(sharp(image.file));
    const placeholder = fromRaw(full).resize(20).webp({ quality: 40, effort: 6 });
    const blur = inLane(() => placeholder.toBuffer());
    const widths = [...new Set(missing.map(({ width }) => width))].reverse();
    await Promise.all(
      widths.map(async (width) => {
        const sized = width === full.info.width ? full : await toRaw(fromRaw(full).resize(width));
        const mine = missing.filter((one) => one.width === width);
        await Promise.all(
          mine.map(async ({ format, cached, target }) => {
            const image = fromRaw(sized).toFormat(format, settings[format]);
            const bytes = await inLane(() => image.toBuffer());
            writeFileSync(`${cached}.tmp`, bytes);
            renameSync(`${cached}.tmp`, cached);
            put(cached, target);
          }),
        );
      }),
    );
    await blur;
  };

  let next = 0;
  const worker = async () => {
    while (next < work.length) await make(work[next++]);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
