import type { Picture } from '../../picture/types.ts';
import { isReference } from '../../plugin/references.ts';
import { findSlots, type Slot } from '../find-slots.ts';
import type { LoadContext } from './types.ts';

/** A reference in the configuration of a site, and what becomes of it. */
export interface ConfigSlot {
  reference: string;
  /** Puts a picture there, whose URL is one below the base, such as `/assets/image-prompt/…`. */
  fill(picture: Picture): void;
}

/** A logo of the classic theme: one `<img>`. */
interface Logo {
  src?: unknown;
  alt?: string;
  width?: number | string;
  height?: number | string;
  style?: object;
}

/** What the classic theme gives a logo: its height in the bar, and the most of its width in the footer. */
const BAR_HEIGHT = 32;
const FOOTER_WIDTH = 160;

/** Finds what of a configuration names specs: texts that are the path of one, and nothing else. Pure. */
export function findConfigSlots(config: LoadContext['siteConfig']): ConfigSlot[] {
  const { favicon, headTags, themeConfig = {}, customFields } = config;
  const { metadata, navbar, footer } = themeConfig as {
    metadata?: unknown;
    navbar?: { logo?: Logo };
    footer?: { logo?: Logo };
  };
  const rooted = (url: string): string => `${config.baseUrl}${url.slice(1)}`;
  const absolute = (url: string): string => `${config.url}${rooted(url)}`;
  const plain = (url: string): string => toSiteUrl(url, config.baseUrl);
  const asUrl = (slots: readonly Pick<Slot, 'holder' | 'key' | 'reference'>[], write = plain) =>
    slots.map(
      ({ holder, key, reference }): ConfigSlot => ({
        reference,
        fill({ src }) {
          holder[key] = write(src);
        },
      }),
    );
  const holder = config as unknown as Record<string, unknown>;
  const icon = typeof favicon === 'string' && isReference(favicon) ? favicon : null;
  const tags = findSlots(headTags);
  const shared = findSlots(metadata);
  const metas = new Set(shared.map((slot) => slot.holder));
  return [
    ...asUrl(icon === null ? [] : [{ holder, key: 'favicon', reference: icon }]),
    ...asUrl(
      tags.filter(({ key }) => key === 'content'),
      absolute,
    ),
    ...asUrl(
      tags.filter(({ key }) => key !== 'content'),
      rooted,
    ),
    ...asUrl(shared, absolute),
    ...describeLogo(navbar?.logo, describeInBar),
    ...describeLogo(footer?.logo, describeInFooter),
    ...asUrl(findSlots(themeConfig).filter((slot) => !metas.has(slot.holder))),
    ...asUrl(findSlots(customFields)),
  ];
}

/** Docusaurus puts the base before URLs that lack it: one that only seems to have it needs it. */
export function toSiteUrl(url: string, base: string): string {
  return url.startsWith(base) ? `${base}${url.slice(1)}` : url;
}

/** Gives a logo the alt and the size that its author left out. */
function describeLogo(logo: Logo | undefined, size: (picture: Picture) => Logo): ConfigSlot[] {
  const { src, alt, width, height, style } = logo ?? {};
  if (typeof src !== 'string' || !isReference(src)) return [];
  const isSized = width !== undefined || height !== undefined || style !== undefined;
  const fill = (picture: Picture): void => {
    Object.assign(logo!, { alt: alt ?? picture.alt }, isSized ? {} : size(picture));
  };
  return [{ reference: src, fill }];
}

/** The theme sets the height, and a picture that was not loaded yet has no width. */
function describeInBar({ width, height }: Picture): Logo {
  const wide = Math.round((BAR_HEIGHT * width) / height);
  const style = { aspectRatio: `${width} / ${height}`, width: 'auto' };
  return { width: wide, height: BAR_HEIGHT, style };
}

function describeInFooter({ width, height }: Picture): Logo {
  const wide = Math.min(width, FOOTER_WIDTH);
  return { width: wide, height: Math.round((wide * height) / width), style: { height: 'auto' } };
}
