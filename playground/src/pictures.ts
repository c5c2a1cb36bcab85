import type { Picture } from 'unplugin-image-prompt';
import autumn from './images/autumn.image.yaml';
import ferryLanterns from './images/ferry-lanterns.image.yaml';
import ferryRoom from './images/ferry-room.image.yaml';
import ferrySnow from './images/ferry-snow.image.yaml';
import hero from './images/hero.image.yaml';
import keeper from './images/keeper.image.yaml';
import logbook from './images/logbook.image.yaml';
import menuBoard from './images/menu-board.image.yaml';
import posterDe from './images/poster.image.yaml?locale=de&image';
import posterEn from './images/poster.image.yaml?locale=en&image';
import posterJa from './images/poster.image.yaml?locale=ja&image';
import rainGarden from './images/rain-garden.image.yaml';
import river from './images/river.image.yaml';
import share from './images/share.image.yaml';
import spring from './images/spring.image.yaml';
import summer from './images/summer.image.yaml';
import waves from './images/waves.image.yaml';
import winter from './images/winter.image.yaml';

/** Every picture of the page, by the name that `data-picture` uses in index.html. */
export const pictures: Readonly<Record<string, Picture>> = {
  hero,
  keeper,
  river,
  'menu-board': menuBoard,
  spring,
  summer,
  autumn,
  winter,
  'ferry-room': ferryRoom,
  'ferry-snow': ferrySnow,
  'ferry-lanterns': ferryLanterns,
  logbook,
  'poster-en': posterEn,
  'poster-de': posterDe,
  'poster-ja': posterJa,
  'rain-garden': rainGarden,
  share,
  waves,
};
