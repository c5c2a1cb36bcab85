import { describe, expect, test } from 'vitest';
import { findInFeed } from '../../src/sites/find-in-feed.ts';

const atom = (type: string, content: string): string =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="${type}">${content}</content></entry></feed>`;
const rss = (item: string): string =>
  `<?xml version="1.0"?><rss version="2.0"><channel><item>${item}</item></channel></rss>`;
const json = (html: string): string =>
  JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', items: [{ content_html: html }] });

describe('a spec where readers of a feed would ask for a picture', () => {
  test.each([
    ['feed.xml', atom('html', '&lt;p&gt;&lt;img src="./a.image.yaml"&gt;&lt;/p&gt;')],
    ['feed.xml', atom('html', '&#60;img src=&#x22;./a.image.yaml&#x22;&#62;')],
    ['feed.xml', atom('xhtml', '<div><img src="./a.image.yaml"/></div>')],
    ['feed.xml', rss('<description><![CDATA[<img src="./a.image.yaml">]]></description>')],
    ['feed.rss', rss('<enclosure url="./a.image.yaml" type="image/jpeg"/>')],
    ['feed.json', json('<img src="./a.image.yaml">')],
  ])('%s: %s', async (name, text) => {
    expect((await findInFeed(name, text))?.value).toBe('./a.image.yaml');
  });

  test.each([
    ['feed.xml', atom('html', '&lt;img src="https://example.org/a.image.yaml"&gt;')],
    ['feed.atom', atom('html', '&lt;img srcset="https://example.org/a.image.yaml 2x"&gt;')],
    ['feed.xml', rss('<media:content url="https://example.org/a.image.yaml"/>')],
    ['feed.json', json('<video poster="https://example.org/a.image.yaml"></video>')],
  ])('%s, absolute: %s', async (name, text) => {
    expect((await findInFeed(name, text))?.value).toContain('https://example.org/a.image.yaml');
  });
});

test.each([
  ['code', 'feed.xml', atom('html', '&lt;code&gt;&amp;lt;img src="a.image.yaml"&amp;gt;')],
  ['code in CDATA', 'feed.xml', rss('<![CDATA[<code>&lt;img src="a.image.yaml"&gt;</code>]]>')],
  ['code in XHTML', 'feed.xml', atom('xhtml', '<code>&lt;img src="a.image.yaml"&gt;</code>')],
  ['a link to another host', 'feed.xml', rss('<a href="https://example.org/a.image.yaml">a</a>')],
  [
    'an element called as JavaScript calls something',
    'feed.xml',
    rss('<constructor url="https://example.org/a.image.yaml"/>'),
  ],
  ['prose', 'feed.xml', rss('<title>What is a.image.yaml?</title>')],
  ['another kind of XML', 'sitemap.xml', '<urlset><img src="a.image.yaml"/></urlset>'],
  [
    'other JSON',
    'data.json',
    '{"version":"1","items":[{"content_html":"<img src=a.image.yaml>"}]}',
  ],
  ['JSON without items', 'feed.json', '{"version":"jsonfeed.org","note":"a.image.yaml"}'],
  ['what is no JSON', 'feed.json', 'a.image.yaml'],
])('passes over %s', async (_what, name, text) => {
  expect(await findInFeed(name, text)).toBeNull();
});
