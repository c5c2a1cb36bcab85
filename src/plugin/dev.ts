import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { BuiltPicture } from '../engine/build-picture.ts';
import type { Variant, VariantSpec } from '../variant/types.ts';
import { setBounded } from './bounded-map.ts';
import { createDevDrafts } from './dev-drafts.ts';
import { createDevRecords } from './dev-records.ts';
import { identify, type SpecRequest } from './ids.ts';
import { assetName, type UrlOf } from './load-module.ts';
import type { Session } from './session.ts';

/** Where dev servers find variants, below their base. */
export const DEV_PREFIX = '@image-prompt/';
const PATH = /\/@image-prompt\/(.*)$/;

/** A request of a dev server for one variant, as Connect, Express and Vite have it. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** Pictures of a dev server: URLs first, bytes when a browser asks for them. */
export interface DevPictures {
  /**
   * Names of the variants of a picture, to be put below {@link DEV_PREFIX}; from then on they are
   * served, by a later process too.
   */
  handOut(request: SpecRequest, built: BuiltPicture): Promise<(variant: VariantSpec) => string>;
  /** URLs under a base such as `/sub/`. */
  urlOf(request: SpecRequest, built: BuiltPicture, base: string): Promise<UrlOf<VariantSpec>>;
  /** Serves what was handed out, first as a draft; with `?full` as a build has it. Passes everything else on. */
  middleware: Middleware;
}

/** What {@link nameOf} writes, and nothing that could be a path. */
const NAME = /^[a-z0-9-]+\.([0-9a-f]{12})\.(?:avif|webp|jpg|png)$/;

interface Served {
  built: BuiltPicture;
  variant: VariantSpec;
}

/** Pages keep showing what they loaded before an edit, and may ask for the rest of it. */
const EDITS_KEPT = 3;
/** Pictures of a dev server's whole life; whoever asks for an older one is served by its note. */
const PICTURES_KEPT = 1000;

/** By what a session has built: sites hand a session on with some of its answers replaced. */
const KNOWN = new WeakMap<Session['pictures'], DevPictures>();

/**
 * The pictures of a session's dev server. A site and its bundler get the same ones: whoever of them answers a
 * request has to know what the other handed out before an edit.
 */
export function devPicturesOf(session: Session): DevPictures {
  const known = KNOWN.get(session.pictures) ?? createDevPictures(session);
  KNOWN.set(session.pictures, known);
  return known;
}

function createDevPictures(session: Session): DevPictures {
  // Only what a module handed out is served: no path of a request ever becomes a path on disk.
  const served = new Map<string, BuiltPicture>();
  // The last edits of each picture: an afternoon of them must not fill the memory.
  const recent = new Map<string, Map<string, string>>();
  const records = createDevRecords(session);
  const drafts = createDevDrafts();
  // Nobody looks any more, and a full encode would start the encoder anew.
  session.onClose(drafts.drop);

  const remember = (request: SpecRequest, built: BuiltPicture): string => {
    const identity = identityOf(built);
    const name = identify(request);
    const edits = recent.get(name) ?? new Map<string, string>();
    const dropped = setBounded(edits, identity, identity, EDITS_KEPT);
    for (const old of setBounded(recent, name, edits, PICTURES_KEPT)) dropped.push(...old.keys());
    served.set(identity, built);
    // Two queries may name one picture.
    const isAlive = (one: string): boolean => [...recent.values()].some((other) => other.has(one));
    for (const one of dropped) if (!isAlive(one)) served.delete(one);
    return identity;
  };

  const find = async (name: string): Promise<Served | undefined> => {
    const identity = NAME.exec(name)?.[1];
    if (identity === undefined) return undefined;
    if (!served.has(identity)) {
      // The page, or the cache of a bundler, has it from an earlier process.
      const request = await records.read(identity);
      if (request) remember(request, await session.build(request, { encode: false }));
    }
    const built = served.get(identity);
    const variant = built?.plan.variants.find((one) => nameOf(built, one, identity) === name);
    return built && variant && { built, variant };
  };

  const handOut: DevPictures['handOut'] = async (request, built) => {
    const identity = remember(request, built);
    await records.write(identity, request);
    return (variant) => nameOf(built, variant, identity);
  };

  return {
    handOut,

    async urlOf(request, built, base) {
      const nameFor = await handOut(request, built);
      return (variant) => ({ literal: `${base}${DEV_PREFIX}${nameFor(variant)}` });
    },

    middleware(request, response, next) {
      const [path = '', query] = (request.url ?? '').split(/[?#]/);
      const name = PATH.exec(path)?.[1];
      if (name === undefined || !isRead(request)) return next();
      const serve = async (): Promise<void> => {
        const known = await find(name);
        if (!known) {
          response.statusCode = 404;
          response.end('Not found: reload the page.');
          return;
        }
        const { built, variant } = known;
        const shown = new URLSearchParams(query).has('full')
          ? { variant: await built.renderOne(variant), draft: false }
          : await drafts.show(built, variant);
        await sendFile(request, response, shown);
      };
      serve().catch(next);
    },
  };
}

/** Whether a request only asks for what is there. */
function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * Sends the bytes of a variant.
 * @throws what went wrong while another answer can be given
 */
async function sendFile(
  { method }: IncomingMessage,
  response: ServerResponse,
  { variant: { path, format, bytes }, draft }: { variant: Variant; draft: boolean },
): Promise<void> {
  const file = createReadStream(path);
  // Before the headers: browsers would keep the answer about a file that cannot be read for a year.
  await once(file, 'readable');
  response.setHeader('Content-Type', `image/${format}`);
  response.setHeader('Content-Length', bytes);
  // The name stands for the content, but a draft only holds its place.
  response.setHeader('Cache-Control', draft ? 'no-store' : 'max-age=31536000, immutable');
  if (method === 'HEAD') {
    file.destroy();
    response.end();
    return;
  }
  // From here on the answer is on its way: a page that leaves, or a file that breaks off, ends it.
  await pipeline(file, response).catch(() => response.destroy());
}

/** Twelve hex digits that change with the picture and with the settings of its variants. */
function identityOf({ file, identity, plan }: BuiltPicture): string {
  const text = JSON.stringify([file, identity, plan.variants]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** The name of a variant: `hero-640.0123456789ab.avif`. */
function nameOf(built: BuiltPicture, variant: VariantSpec, identity: string): string {
  const name = assetName(built, variant);
  const at = name.lastIndexOf('.');
  return `${name.slice(0, at)}.${identity}${name.slice(at)}`;
}
