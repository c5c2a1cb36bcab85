import { Picture } from 'unplugin-image-prompt/react';
import hero from '../pictures/hero.image.yaml';
import leaf from '../pictures/leaf.image.yaml?url';

export const metadata = {
  title: 'A tea house',
  openGraph: { images: [{ url: hero.src, width: hero.width, height: hero.height, alt: hero.alt }] },
};

export default function Page() {
  return (
    <>
      <h1>A tea house</h1>
      <Picture image={hero} className="hero" sizes="50vw" />
      {/* biome-ignore lint/performance/noImgElement: a URL alone is for a plain image */}
      <img src={leaf} width="64" height="64" alt="" />
    </>
  );
}
