// A page without any bundler: the smallest static site.
import { mkdir, writeFile } from 'node:fs/promises';
import { pictureHtml } from 'unplugin-image-prompt/html';
import { copyImages, materialise, resolveImage } from 'unplugin-image-prompt/node';

const base = '/docs/';
const hero = await resolveImage('hero.image.yaml', { base });

await mkdir('dist', { recursive: true });
await writeFile(
  'dist/index.html',
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A tea house</title>
<link rel="icon" href="data:,">
<meta property="og:image" content="https://example.org${hero.src}">
<style>img { max-width: 100%; height: auto }</style>
</head>
<body><h1>A tea house</h1>${pictureHtml(hero, { class: 'hero' })}</body>
</html>
`,
);
// One plain file, for whatever takes nothing else.
await materialise('hero.image.yaml', 'dist/hero.jpg', { width: 400 });
await copyImages('dist');
