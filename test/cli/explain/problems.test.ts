import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { originals, spec, startService } from '../../engine/helpers.ts';
import type { FalStandIn } from '../../fal-stand-in/index.mjs';
import type { Project } from '../../helpers/project.ts';
import { ESCAPE, run } from '../helpers.ts';
import { createFiles as createFilesFor, explainJson, HERO } from './helpers.ts';

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

const createFiles = (files: Record<string, string> = {}): Project => createFilesFor(service, files);

describe('explain, where something is wrong', () => {
  it('prints the diagnostics of a spec with errors as `check` does, and explains the others', async () => {
    const bad = 'extends: ./src/look.yaml\nprompt: "{{cty}}"\nalt: x\nqualty: low\n';
    const project = createFiles({ 'bad.image.yaml': bad });
    const checked = (await run(project, ['check', 'bad.image.yaml'])).out;
    const { code, out } = await run(project, ['explain', 'bad.image.yaml']);
    expect(code).toBe(1);
    expect(checked).toBe(`${out.trimEnd()}\n\n1 spec, 2 errors, 0 warnings\n`);
    const [both, { specs }] = await explainJson(project, 'bad.image.yaml', HERO);
    expect(both.code).toBe(1);
    expect(specs[1]).toMatchObject({ file: HERO, state: 'new' });
    expect(specs[0]).toMatchObject({
      key: null,
      state: null,
      usd: null,
      prompt: null,
      request: null,
    });
    const [first] = specs[0]!['diagnostics'] as Record<string, unknown>[];
    expect(Object.keys(first!)).toEqual([
      'code',
      'severity',
      'file',
      'line',
      'column',
      'message',
      'hint',
    ]);
  });

  it('shows no secret of a model', async () => {
    const input = 'input: { hf_token: hf-1, loras: [{ token: hf-2 }], steps: 4 }\n';
    const project = createFiles({
      'a.image.yaml': `prompt: A\nalt: x\nmodel: fal-ai/flux/dev\n${input}`,
    });
    const { out } = await run(project, ['explain', 'a.image.yaml']);
    expect(out).toContain('input.hf_token  ');
    const [json, { specs }] = await explainJson(project, 'a.image.yaml');
    expect(specs[0]!['request']).toMatchObject({ input: { hf_token: '…', steps: 4 } });
    for (const text of [out, json.out]) expect(text).not.toMatch(/hf-\d/);
  });

  it('shows warnings and goes on', async () => {
    const project = createFiles({ 'a.image.yaml': spec('A', 'input: { seed: 4 }\n') });
    const { code, out } = await run(project, ['explain', 'a.image.yaml']);
    expect(code).toBe(2);
    expect(out).toContain('warning SPEC_INPUT_UNKNOWN');
    expect(out).toContain('Prompt, as it is sent\n  A\n');
  });

  it('fails for an original that is damaged beyond repair', async () => {
    const project = createFiles();
    await run(project, ['generate', '--yes']);
    project.write(`.image-prompt/originals/${originals(project)[0]}`, 'not a picture');
    expect((await run(project, ['explain', HERO])).out).toContain('kept: ');
    project.remove('.image-prompt/state/objects');
    const { code, out } = await run(project, ['explain', HERO]);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {2}broken: .* is (corrupt|missing); 1 of 1 candidate$/m);
  });

  it('shows no control characters, and cuts long values in the table only', async () => {
    const long = 'word '.repeat(40).trim();
    const text = `prompt: "${long} \\e[2J \\u202e"\nalt: x\nvars: { "a\\e[1mb": c }\n`;
    const project = createFiles({ 'a.image.yaml': text });
    const { out } = await run(project, ['explain', 'a.image.yaml']);
    expect(out).not.toContain(ESCAPE);
    expect(out).not.toContain('\u202e');
    expect(out).toContain(`\n  ${long} `);
    expect(out).toMatch(/^ {2}prompt +"(word )+.*… +a\.image\.yaml:1$/m);
    const [, { specs }] = await explainJson(project, 'a.image.yaml');
    expect(specs[0]!['prompt']).toBe(`${long} ${ESCAPE}[2J \u202e`);
  });

  it('wants to be told which spec', async () => {
    const { code, out, err } = await run(createFiles(), ['explain']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('CONFIG_INVALID');
    expect(err).toContain('image-prompt explain .');
  });
});
