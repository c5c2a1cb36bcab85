import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createMask, createPhoto } from '../provider/edit-helpers.ts';
import { spec, startService } from './helpers.ts';

/** Photographs and masks as files of a project. */
export interface EditFiles {
  photo: Buffer;
  other: Buffer;
  mask: Buffer;
  wrongMask: Buffer;
}

/** A service for the tests of a file, which is reset before each, and files to edit. */
export function useEdits(): { service: () => FalStandIn; files: () => EditFiles } {
  let service: FalStandIn;
  let files: EditFiles;
  beforeAll(async () => {
    service = await startService({ models: ['acme/painter/edit'] });
    files = {
      photo: (await createPhoto('#00ff00')).bytes,
      other: (await createPhoto('#0000ff')).bytes,
      mask: (await createMask('alpha')).bytes,
      wrongMask: (await createMask('alpha', { width: 61 })).bytes,
    };
  });
  afterAll(() => service.close());
  beforeEach(() => {
    service.reset();
    service.setOptions({ balance: Number.POSITIVE_INFINITY, historyAllowed: true, hold: false });
  });
  return { service: () => service, files: () => files };
}

/** A spec that works on files or other specs. */
export function edit(prompt: string, images: readonly string[], more = ''): string {
  return spec(prompt, `edit:\n  images: ${JSON.stringify(images)}\n${more}`);
}
