import { createRoot } from 'react-dom/client';
import { Picture } from 'unplugin-image-prompt/react';
import hero from './hero.image.yaml';
import Page from './page.mdx';

createRoot(document.querySelector('#app')).render(
  <>
    <Page />
    <Picture image={hero} className="small" width={240} sizes="240px" alt="The same, small" />
  </>,
);
