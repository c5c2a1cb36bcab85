import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject, type Project } from '../../helpers/project.ts';
import { configFor, type Ran, run } from '../helpers.ts';

/** The spec of most tests. */
export const HERO = 'src/hero.image.yaml';

export const LOOK = `prompt:
  scene: A quiet street in {{city}}
  details:
    - Shot on 35 mm film
    - "{{extra}}"
vars:
  city: Kyoto
  extra: ""
quality: low
`;
export const OWN = `extends: ./look.yaml
prompt:
  subject: "A cat  "
vars: { city: Tokyo }
alt: A cat
image_size: 1200x630
`;

/** A project with that spec, and the look that it builds on. */
export function createFiles(service: FalStandIn, files: Record<string, string> = {}): Project {
  return createProject({
    'image-prompt.config.mjs': configFor(service, "defaults: { quality: 'medium' }"),
    'src/look.yaml': LOOK,
    [HERO]: OWN,
    ...files,
  });
}

interface ExplainedJson {
  version: number;
  specs: (Record<string, unknown> & { values: { path: string; from: unknown }[] })[];
}

/** What `explain --json` says. */
export async function explainJson(
  project: Project,
  ...words: string[]
): Promise<[Ran, ExplainedJson]> {
  const ran = await run(project, ['explain', '--json', ...words]);
  return [ran, ran.json() as unknown as ExplainedJson];
}
