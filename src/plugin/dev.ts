import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BuiltPicture } from '../engine/build-picture.ts';
import type { VariantSpec } from '../variant/types.ts';
import { assetName, type UrlOf } from './load-module.ts';

/** Where dev servers find variants, below their base. */
const PREFIX = '@image-prompt/';
const PATH = /\/@image-prompt\/(.*)$/;

/** Pictures of a dev server: URLs first, bytes when a browser asks for them. */
export interface DevPictures {
  /** URLs under a base such as `/sub/`. */
  urlOf(built: BuiltPicture, base: string): UrlOf<VariantSpec>;
  /** Serves what was handed out; passes everything else on. */
  middleware(
    request: IncomingMessage,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void;
}

/** Creates the pictures of one dev server. */
export function createDevPictures(): DevPictures {
  // Only what a module handed out is served: no path of a request ever becomes a path on disk.
  const handedOut = new Map<string, { built: BuiltPicture; variant: VariantSpec }>();

  return {
    urlOf: (built, base) => (variant) => {
      const [stem, extension] = splitExtension(assetName(built, variant));
      const name = `${stem}.${identityOf(built, variant)}.${extension}`;
      handedOut.set(name, { built, variant });
      return { literal: `${base}${PREFIX}${name}` };
    },

    middleware(request, response, next) {
      const name = PATH.exec((request.url ?? '').split(/[?#]/)[0] ?? '')?.[1];
      if (name === undefined) return next();
      const known = handedOut.get(name);
      if (!known) {
        response.statusCode = 404;
        response.end('Not found: reload the page.');
        return;
      }
      known.built.renderOne(known.variant).then((variant) => {
        response.setHeader('Content-Type', `image/${variant.format}`);
        response.setHeader('Content-Length', variant.bytes);
        // The name stands for the content.
        response.setHeader('Cache-Control', 'max-age=31536000, immutable');
        createReadStream(variant.path).on('error', next).pipe(response);
      }, next);
    },
  };
}

/** Twelve hex digits that change with the picture and with the settings. */
function identityOf(built: BuiltPicture, variant: VariantSpec): string {
  const text = JSON.stringify([built.file, built.source, built.plan.crop, variant]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function splitExtension(name: string): [stem: string, extension: string] {
  const at = name.lastIndexOf('.');
  return [name.slice(0, at), name.slice(at + 1)];
}
