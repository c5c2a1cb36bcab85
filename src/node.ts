import { printLine } from './plugin/hosts/print.ts';
import { createNodeApi, type NodeApi } from './sites/node-api.ts';

export type { Picture, PicturePlaceholder, PictureSource } from './picture/types.ts';
export type { Middleware } from './plugin/dev.ts';
export type { MaterialisedFile, MaterialiseOptions } from './sites/materialise.ts';
export type { NodeApi, NodeOptions } from './sites/node-api.ts';
export type { PreparedSpec } from './sites/prepare.ts';

const api: NodeApi = createNodeApi({
  env: process.env,
  cwd: () => process.cwd(),
  now: () => performance.now(),
  warn: (message) => printLine(`image-prompt: ${message}`),
  print: printLine,
});

/** See {@link NodeApi.resolveImage}. */
export const resolveImage: NodeApi['resolveImage'] = api.resolveImage;
/** See {@link NodeApi.prepare}. */
export const prepare: NodeApi['prepare'] = api.prepare;
/** See {@link NodeApi.materialise}. */
export const materialise: NodeApi['materialise'] = api.materialise;
/** See {@link NodeApi.copyImages}. */
export const copyImages: NodeApi['copyImages'] = api.copyImages;
/** See {@link NodeApi.serveImages}. */
export const serveImages: NodeApi['serveImages'] = api.serveImages;
/** See {@link NodeApi.dependenciesOf}. */
export const dependenciesOf: NodeApi['dependenciesOf'] = api.dependenciesOf;
/** See {@link NodeApi.refreshImages}. */
export const refreshImages: NodeApi['refreshImages'] = api.refreshImages;
