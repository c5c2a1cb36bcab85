import { pictureHtml } from 'unplugin-image-prompt/html';
import cardUrl from './images/share.image.yaml?url';
import { pictures } from './pictures.ts';
import { startThemeToggle } from './theme.ts';

// Each frame in index.html reserves its picture's place, so that nothing moves when pictures arrive.
for (const frame of document.querySelectorAll<HTMLElement>('[data-picture]')) {
  const picture = pictures[frame.dataset['picture'] ?? ''];
  if (picture) frame.innerHTML = pictureHtml(picture);
}

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-card]')) {
  link.href = cardUrl;
}

const today = String(new Date().getDay());
for (const row of document.querySelectorAll<HTMLElement>('[data-days]')) {
  if (row.dataset['days']?.split(' ').includes(today)) row.setAttribute('aria-current', 'date');
}

const toggle = document.querySelector<HTMLButtonElement>('[data-theme-toggle]');
if (toggle) startThemeToggle(toggle);
