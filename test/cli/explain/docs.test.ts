import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import { createProject } from '../../helpers/project.ts';
import { configFor, run } from '../helpers.ts';

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service?.close();
});
beforeEach(() => {
  service.reset();
});

describe.each(['README.md', 'docs/looks.md'])('the look in %s', (page) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
  const files = [...text.matchAll(/^`(src\/\S+)`:?\n\n```yaml\n([\s\S]*?)```/gm)].map(
    ([, file, content]): [string, string] => [file!, content!],
  );

  it('is what the command explains', async () => {
    expect(files.map(([file]) => file)).toEqual(['src/look.yaml', 'src/pier.image.yaml']);
    const project = createProject({
      'image-prompt.config.mjs': configFor(service),
      ...Object.fromEntries(files),
    });
    const { code, out, err } = await run(project, ['explain', 'src/pier.image.yaml']);
    expect([code, err]).toEqual([2, '']);
    expect(out).toContain('Dusk after rain');
    const shown = /```console\n\$ npx image-prompt explain .*\n([\s\S]*?)```/.exec(text)?.[1];
    const [lines, real] = [shown?.split('\n') ?? [], out.split('\n')];
    expect(lines.filter((line) => line.trim() !== '…' && !real.includes(line))).toEqual([]);
  });
});
