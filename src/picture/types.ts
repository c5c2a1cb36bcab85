/** One `<source>` of a picture. */
export interface PictureSource {
  /** MIME type, such as `image/avif`. */
  type: string;
  srcset: string;
  sizes: string;
  /** Media query of art direction. */
  media?: string;
  /** Display size in CSS pixels of an art-directed source, for its attributes. */
  width?: number;
  height?: number;
}

/** What is shown while the picture loads. */
export interface PicturePlaceholder {
  /** Dominant colour, `#rrggbb`. */
  color: string;
  /** Blurred miniature. */
  dataUri?: string;
  /** Base64 of a ThumbHash. */
  thumbhash?: string;
  /**
   * Present, and `false`, when nothing may be painted behind the picture: the spec says
   * `placeholder: none`, or the picture has transparency that would show the paint for ever.
   */
  paint?: false;
}

/** What importing a spec gives: plain JSON, the same in client and server builds. */
export interface Picture {
  /** URL in the fallback format, the smallest file at least as wide as the display width. */
  src: string;
  /** Display width in CSS pixels. */
  width: number;
  /** Display height in CSS pixels. */
  height: number;
  /** Text alternative; `''` is decorative. */
  alt: string;
  /** `srcset` of the fallback format. */
  srcset: string;
  sizes: string;
  /** Better formats, best first. */
  sources: PictureSource[];
  placeholder: PicturePlaceholder;
  loading: 'lazy' | 'eager';
  priority: boolean;
}
