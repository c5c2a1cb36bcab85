import { describe, expect, test } from 'vitest';
import { findInFeed } from '../../src/sites/find-in-feed.ts';

const atom = (type: string, content: string): string =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="${type}">${content}</content></entry></feed>`;
const atomFeed = (entry: string): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><entry>${entry}</entry></feed>`;
const rss = (item: string): string =>
  `<?xml version="1.0"?><rss version="2.0"><channel><item>${item}</item></channel></rss>`;
const jsonFeed = (fields: object): string =>
  JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', ...fields });
const json = (html: string): string => jsonFeed({ items: [{ content_html: html }] });

describe('a spec where readers of a feed would ask for a picture', () => {
  test.each([
    ['feed.xml', atom('html', '&lt;p&gt;&lt;img src="./a.image.yaml"&gt;&lt;/p&gt;')],
    ['feed.xml', atom('html', '&#60;img src=&#x22;./a.image.yaml&#x22;&#62;')],
    ['feed.xml', atom('xhtml', '<div><img src="./a.image.yaml"/></div>')],
    ['feed.xml', rss('<description><![CDATA[<img src="./a.image.yaml">]]></description>')],
    ['feed.rss', rss('<enclosure url="./a.image.yaml" type="image/jpeg"/>')],
    ['feed.json', json('<img src="./a.image.yaml">')],
    ['feed.xml.body', rss('<description>&lt;img src="./a.image.yaml"></description>')],
    ['feed.json', jsonFeed({ icon: './a.image.yaml' })],
    ['feed.json', jsonFeed({ items: [{ banner_image: './a.image.yaml' }] })],
    ['feed.json', jsonFeed({ items: [{ attachments: [{ url: './a.image.yaml' }] }] })],
  ])('%s: %s', async (name, text) => {
    expect((await findInFeed(name, text))?.value).toBe('./a.image.yaml');
  });

  test.each([
    ['feed.xml', atom('html', '&lt;img src="https://example.org/a.image.yaml"&gt;')],
    ['feed.atom', atom('html', '&lt;img srcset="https://example.org/a.image.yaml 2x"&gt;')],
    ['feed.xml', rss('<media:content url="https://example.org/a.image.yaml"/>')],
    ['feed.json', json('<video poster="https://example.org/a.image.yaml"></video>')],
    ['feed.atom', atomFeed('<logo>https://example.org/a.image.yaml</logo>')],
    ['feed.atom', atomFeed('<icon>https://example.org/a.image.yaml?w=40</icon>')],
    ['feed.atom', atomFeed('<link rel="enclosure" href="https://example.org/a.image.yaml"/>')],
    ['feed.xml', rss('<image><url>https://example.org/a.image.yaml</url></image>')],
  ])('%s, absolute: %s', async (name, text) => {
    expect((await findInFeed(name, text))?.value).toContain('https://example.org/a.image.yaml');
  });
});

describe('what stands before it hides nothing', () => {
  const LEAK = 'https://example.org/a.image.yaml';
  const html = (text: string): string => `<content type="html">${text}</content>`;

  test.each([
    [
      'an entry in XHTML',
      atomFeed(`<content type="xhtml"><p>p</p></content>${html(`&lt;img src="${LEAK}">`)}`),
    ],
    ['words about XHTML', atomFeed(`<title>type="xhtml"</title>${html(`&lt;img src="${LEAK}">`)}`)],
    ['an empty title', atomFeed(`<title/>${html(`<![CDATA[<img src="${LEAK}">]]>`)}`)],
    [
      'an open text area',
      rss(
        `<description><![CDATA[<textarea>]]></description></item><item><description><![CDATA[<img src="${LEAK}">]]></description>`,
      ),
    ],
    ['a comment', rss(`<!-- <description> --><description>&lt;img src="${LEAK}"></description>`)],
    ['a `>` in quotes', rss(`<category domain="a>b">c</category><enclosure url="${LEAK}"/>`)],
    ['what is never closed', rss(`<b><i></b><description>&lt;img src="${LEAK}">`)],
    ['a prefix', atomFeed(`<content type="xhtml"><xhtml:img src="${LEAK}"/></content>`)],
    ['text that is no tag', rss(`<description>I <3 don't</description><enclosure url="${LEAK}"/>`)],
    ['an element of another kind', rss(`<itunes:summary>&lt;img src="${LEAK}"></itunes:summary>`)],
    ['a type in capitals', atomFeed(`<summary type="HTML">&lt;img src="${LEAK}"></summary>`)],
    ['content of RSS', rss(`<content>&lt;img src="${LEAK}"></content>`)],
    [
      'a description of Dublin Core',
      rss(`<dc:description>&lt;img src="${LEAK}"></dc:description>`),
    ],
    ['a page of Turbo', rss(`<turbo:content>&lt;img src="${LEAK}"></turbo:content>`)],
    ['a page of Yandex', rss(`<yandex:full-text>&lt;img src="${LEAK}"></yandex:full-text>`)],
    [
      'a type with a parameter',
      atomFeed(`<content type="text/html; charset=utf-8">&lt;img src="${LEAK}"></content>`),
    ],
    [
      'a description of Media RSS',
      atomFeed(`<media:description type="html">&lt;img src="${LEAK}"></media:description>`),
    ],
    ['a part in CDATA', rss(`<description>&lt;img <![CDATA[src="${LEAK}">]]></description>`)],
  ])('%s', async (_what, text) => {
    expect((await findInFeed('feed.xml', text))?.value).toBe(LEAK);
  });
});

test.each([
  ['a plain title', 'feed.xml', atomFeed('<title>How &lt;img src="./a.image.yaml"> works</title>')],
  [
    'a plain summary',
    'feed.xml',
    atomFeed('<summary type="text">&lt;img src="./a.image.yaml"></summary>'),
  ],
  ['a comment', 'feed.xml', rss('<!-- <enclosure url="./a.image.yaml"/> -->')],
  [
    'a name for people',
    'feed.xml',
    atomFeed('<category term="a.image.yaml" label="a.image.yaml"/>'),
  ],
  [
    'a service that draws',
    'feed.xml',
    rss('<media:content url="https://example.org/og?of=a.image.yaml"/>'),
  ],
  [
    'a plain description',
    'feed.xml',
    rss('<description type="text/plain">&lt;img src="./a.image.yaml"></description>'),
  ],
  [
    'an address beside an empty image',
    'feed.xml',
    rss('<image/><url>https://example.org/a.image.yaml</url>'),
  ],
  [
    'null among items',
    'feed.json',
    jsonFeed({ items: [null, { content_html: 1 }], title: 'a.image.yaml' }),
  ],
  ['code', 'feed.xml', atom('html', '&lt;code&gt;&amp;lt;img src="a.image.yaml"&amp;gt;')],
  ['code in CDATA', 'feed.xml', rss('<![CDATA[<code>&lt;img src="a.image.yaml"&gt;</code>]]>')],
  [
    'a description of Media RSS, plain by default',
    'feed.xml',
    rss('<media:description>&lt;img src="a.image.yaml"></media:description>'),
  ],
  [
    'a template in XHTML',
    'feed.xml',
    atom('xhtml', '<script type="text/html">&lt;img src="a.image.yaml"></script>'),
  ],
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

test.each([
  ['comments', '<!-- '],
  ['CDATA', '<![CDATA['],
  ['quotes', '<a b="'],
  ['less-than signs', '<'],
  ['words in a tag', '<a ', 'b '],
  ['ends of nothing', '<br>', '</p>'],
])('%s without an end cost no more than their length', async (_what, first, rest = first) => {
  const text = `<rss a.image.yaml="">${first}${rest.repeat(200_000)}`;
  expect(await findInFeed('feed.xml', text)).toBeNull();
});
