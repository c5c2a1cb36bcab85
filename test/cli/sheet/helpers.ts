import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { spec } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject, type Project } from '../../helpers/project.ts';
import { configFor, type Ran, run } from '../helpers.ts';

export const FILE = 'image-prompt-sheet.html';
export const ORIGINALS = '.image-prompt/originals';
export const SAFE_COPIES = '.image-prompt/state/objects';
export const THREE = { 'src/a.image.yaml': spec('A', 'num_images: 3\npick: 2\n') };

/** A project whose specs are all generated. */
export async function createStored(
  service: FalStandIn,
  files: Record<string, string> = THREE,
): Promise<Project> {
  const project = createProject({ 'image-prompt.config.mjs': configFor(service), ...files });
  const { code, err } = await run(project, ['generate', '--yes']);
  expect(code, err).toBe(0);
  return project;
}

interface Shown {
  number: number;
  digest: string;
  picked: boolean;
  createdAt: string;
  bytes: number;
}

/** What `sheet --json` says, and all candidates of it. */
export async function showJson(
  project: Project,
  ...words: string[]
): Promise<{ ran: Ran; all: Shown[] }> {
  const ran = await run(project, ['sheet', '--json', ...words]);
  const specs = ran.json()['specs'] as { candidates: Shown[] }[];
  return { ran, all: specs.flatMap(({ candidates }) => candidates) };
}

/** The thumbnails of a page, in order. */
export function thumbnailsOf(html: string): Buffer[] {
  return [...html.matchAll(/src="data:image\/webp;base64,([^"]+)"/g)].map(([, data]) =>
    Buffer.from(data!, 'base64'),
  );
}

/** Mean colour of a part of a picture. */
export async function meanOf(picture: Sharp): Promise<number[]> {
  const { channels } = await sharp(await picture.removeAlpha().png().toBuffer()).stats();
  return channels.map(({ mean }) => Math.round(mean));
}
