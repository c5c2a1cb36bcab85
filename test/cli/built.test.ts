import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../src/version.ts';
import { KEY, originals, spec, startService } from '../engine/helpers.ts';
import type { FalStandIn } from '../fal-stand-in/index.mjs';
import { createProject } from '../helpers/project.ts';

const COMMAND = fileURLToPath(new URL('../../dist/cli/run.js', import.meta.url));

let service: FalStandIn;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

function runNode(words: readonly string[], cwd: string, env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, words, {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

// `npm test` builds before it tests.
describe.skipIf(!existsSync(COMMAND))('the built command', () => {
  it('buys a picture with the key of the environment, and lists it', async () => {
    const project = createProject({ 'src/a.image.yaml': spec('A') });
    const env = { FAL_KEY: KEY, IMAGE_PROMPT_FAL_BASE_URL: service.baseUrl };
    const go = (...words: string[]) => runNode([COMMAND, ...words], project.root, env);
    expect(await go('--version')).toMatchObject({ code: 0, out: `${VERSION}\n`, err: '' });
    expect(await go('check')).toMatchObject({ code: 0, err: '' });
    expect((await go('plan')).code).toBe(2);
    expect((await go('generate')).code).toBe(2);
    expect(service.stats.submits).toBe(0);
    const made = await go('generate', '--yes', '--json');
    expect(made.code).toBe(0);
    expect(JSON.parse(made.out)).toMatchObject({ version: 1, total: { images: 1, usd: 0.01 } });
    expect(`${made.out}${made.err}`).not.toContain('test-secret');
    expect(originals(project)).toHaveLength(1);
    expect((await go('generate', '--yes')).code).toBe(0);
    expect(service.stats.submits).toBe(1);
    expect((await go('list')).out).toContain('src/a.image.yaml');
  });

  it('reads a JavaScript configuration again after an edit', async () => {
    const project = createProject({ 'image-prompt.config.mjs': 'export default { budget: 1 };' });
    const script = `
      import { writeFileSync } from 'node:fs';
      import { loadConfig } from ${JSON.stringify(new URL('../load-config.js', `file://${COMMAND}`).href)};
      const read = async () => (await loadConfig(process.cwd())).options.budget;
      const before = await read();
      writeFileSync('image-prompt.config.mjs', 'export default { budget: 2 };');
      await new Promise((done) => setTimeout(done, 5));
      console.log(before, await read());`;
    const { out } = await runNode(['--input-type=module', '-e', script], project.root);
    expect(out).toBe('1 2\n');
  });
});
