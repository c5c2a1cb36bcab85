// The documentation of the package itself, `npm run docs`, published below a path.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/errors.ts';
import { SPEC_FIELDS } from '../../src/spec/schema.ts';
import { projectAt } from '../helpers/project.ts';
import { cleanEnv, type SiteProject } from '../helpers/sites.ts';
import { type CrawledSite, crawlSite, tagsNamed } from '../helpers/sites-crawl.ts';
import { lookAt } from '../helpers/sites-look.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BASE = '/pictures/';
const DIST = 'docs/.vitepress/dist';
const site: Pick<SiteProject, 'name' | 'path'> & ReturnType<typeof projectAt> = {
  ...projectAt(ROOT),
  name: 'docs',
};

describe('npm run docs', () => {
  let crawled: CrawledSite;
  beforeAll(async () => {
    const { status, stdout, stderr } = spawnSync('npx', ['vitepress', 'build', 'docs'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: cleanEnv({ DOCS_URL: `https://example.org${BASE}` }),
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
    crawled = await crawlSite(site, DIST, { base: BASE });
  });

  test('every page is there, and every file that one names', () => {
    const written = readdirSync(site.path('docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /^[^.[]+\.md$/.test(name) && !name.includes('node_modules'))
      .map((name) => name.replace(/\.md$/, '.html'));
    expect(written.length).toBeGreaterThan(30);
    for (const page of written) expect([...crawled.pages.keys()]).toContain(page);
    expect(crawled.files.size).toBeGreaterThan(40);
  });

  test('every link within the pages leads to a heading that is there', () => {
    const idsOf = (page: string): Set<string | undefined> =>
      new Set(crawled.pages.get(page)?.map(({ attributes }) => attributes['id']));
    let followed = 0;
    for (const page of crawled.pages.keys()) {
      for (const { attributes } of tagsNamed(crawled, page, 'a')) {
        const [path = '', anchor] = (attributes['href'] ?? '').split('#');
        if (anchor === undefined || anchor === '' || /^[a-z]+:/.test(path)) continue;
        const named = path.startsWith(BASE)
          ? path.slice(BASE.length)
          : posix.join(posix.dirname(page), path);
        const target = path === '' ? page : named.replace(/(?:\/|^)$/, '$&index.html');
        expect(idsOf(target), `${page}: ${attributes['href']}`).toContain(
          decodeURIComponent(anchor),
        );
        followed += 1;
      }
    }
    expect(followed).toBeGreaterThan(200);
  });

  test('the reference has every field, and every code has its section', () => {
    const ids = (page: string) =>
      crawled.pages.get(page)!.map(({ attributes }) => attributes['id']);
    const spec = ids('reference/spec.html');
    for (const field of SPEC_FIELDS) expect(spec).toContain(field.replaceAll('_', '-'));
    const codes = ids('troubleshooting.html');
    for (const code of Object.keys(CATALOGUE))
      expect(codes).toContain(code.toLowerCase().replaceAll('_', '-'));
  });

  test('a browser shows its pictures, and nothing moves', async () => {
    const seen = await lookAt(site, DIST, {
      base: BASE,
      // The theme itself moves its bar when scripts start, and the marker of its outline (VitePress 1.6.4,
      // on pages without a picture as well).
      still: '.vp-doc, .VPHome',
      pages: ['', 'guide/start', 'art-direction', 'sets', 'editing', 'troubleshooting'],
    });
    expect(seen.map(({ alt }) => alt)).toEqual(
      expect.arrayContaining([
        'A lighthouse on a headland at first light',
        'A harbour',
        'Poster: LANGER REGEN',
      ]),
    );
  });
});
