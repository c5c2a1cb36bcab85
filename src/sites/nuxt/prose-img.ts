import Plain from 'virtual:image-prompt/prose-img';
import { defineComponent, type FunctionalComponent, h } from 'vue';
import { Picture } from '../../components/vue.ts';
import { namesSpec, usePicture } from './use-picture.ts';

/** Loads the picture that an image of content names, before the page is shown. */
const ContentPicture = defineComponent({
  name: 'ContentPicture',
  inheritAttrs: false,
  async setup(_props, { attrs }) {
    const image = (await usePicture(attrs['src']))!;
    return () => {
      const { src: _name, alt, ...rest } = attrs;
      // `![](./hero.image.yaml)` says nothing of it.
      return h(Picture, { image, ...rest, ...(alt ? { alt: String(alt) } : {}) });
    };
  },
});

/** An image of Markdown: a picture where it names a spec, and what it was before everywhere else. */
const ProseImg: FunctionalComponent = (_props, { attrs }) =>
  namesSpec(attrs['src']) ? h(ContentPicture, { ...attrs, key: attrs['src'] }) : h(Plain, attrs);
ProseImg.inheritAttrs = false;
export default ProseImg;
