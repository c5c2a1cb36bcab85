// The encoder in a process of its own, as the built package has it.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readSharpVersions } from '../../src/variant/encoder-id.ts';
import { createSharpEncoder } from '../../src/variant/sharp.ts';
import { draw } from './draw.ts';
import { makeSpec, makeTempDir } from './helpers.ts';

const DIST = new URL('../../dist/', import.meta.url).href;
const run = promisify(execFile);
const root = makeTempDir();

const job = {
  source: 'a'.repeat(64),
  crop: {
    picture: { width: 640, height: 480 },
    box: null,
    position: 'centre',
    size: { width: 640, height: 480 },
  },
  placeholder: 'blur',
  provenance: null,
} as const;
const specs = [
  makeSpec(640, 'avif'),
  makeSpec(640, 'webp'),
  makeSpec(640, 'jpeg'),
  { ...makeSpec(160, 'avif'), options: { quality: 'auto', target: 0.9 } },
  { ...makeSpec(160, 'jpeg'), options: { quality: 'auto' } },
] as const;

const drawOriginal = (): Promise<Buffer> =>
  draw({ width: 640, height: 480 }, (x, y) => [x % 256, y % 256, (x * y) % 256]);

/** Runs a script over the built encoder; it prints one line of JSON. */
async function runScript(body: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const file = join(root, 'original.png');
  writeFileSync(file, await drawOriginal());
  const script = `
    import { createHash } from 'node:crypto';
    import { readFileSync } from 'node:fs';
    import { execFileSync } from 'node:child_process';
    const { createProcessEncoder } = await import(${JSON.stringify(`${DIST}encoder-process.js`)});
    const encoder = createProcessEncoder(process.env);
    const bytes = readFileSync(${JSON.stringify(file)});
    const job = ${JSON.stringify(job)};
    const specs = ${JSON.stringify(specs)};
    const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
    const childOf = () => execFileSync('cat', ['/proc/self/../' + process.pid + '/task/' + process.pid + '/children'])
      .toString().trim().split(' ').map(Number).find((pid) => {
        try { return execFileSync('cat', ['/proc/' + pid + '/cmdline']).includes('encoder-child'); } catch { return false; }
      });
    ${body}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const ENCODE = `
    const original = await encoder.open(bytes, job);
    const files = await Promise.all(specs.map((spec) => original.encode(spec, null)));
    original.close();
    console.log(JSON.stringify({ analysis: original.analysis, digests: files.map(digest) }));`;

describe('the process of the encoder', () => {
  it('makes the bytes that the library makes on one thread, whatever its parent has set', async () => {
    const here = await createSharpEncoder().open(await drawOriginal(), job);
    const { createHash } = await import('node:crypto');
    const digests: string[] = [];
    for (const spec of specs) {
      const bytes = await here.encode(spec, null);
      digests.push(createHash('sha256').update(bytes).digest('hex'));
    }
    const expected = { analysis: here.analysis, digests };
    const hostile = `const { default: sharp } = await import('sharp'); sharp.concurrency(8); sharp.cache(true);`;
    expect(await runScript(ENCODE)).toEqual(expected);
    expect(await runScript(hostile + ENCODE)).toEqual(expected);
    expect(await runScript(ENCODE, { UV_THREADPOOL_SIZE: '1', VIPS_CONCURRENCY: '8' })).toEqual(
      expected,
    );
  });

  it('says so when it was killed, and is begun again for the next original', async () => {
    const outcome = await runScript(`
    const original = await encoder.open(bytes, job);
    process.kill(childOf(), 'SIGKILL');
    const failure = await original.encode(specs[0], null).catch((error) => error.code + ' ' + error.message);
    const again = await encoder.open(bytes, job);
    const file = await again.encode(specs[2], null);
    console.log(JSON.stringify({ failure, file: file.length > 0 }));`);
    expect(outcome).toEqual({
      failure: expect.stringMatching(/^IMAGE_ENCODE The encoder's process ended/),
      file: true,
    });
  });

  it('is not ended by one user under another, and ends after the last', async () => {
    const outcome = await runScript(`
    const original = await encoder.open(bytes, job);
    const pid = childOf();
    const idle = await encoder.close();
    const file = await original.encode(specs[2], null);
    original.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    console.log(JSON.stringify({ idle, file: file.length > 0, left: childOf() ?? null }));`);
    expect(outcome).toEqual({ idle: false, file: true, left: null });
  });

  it('waits for no debugger', async () => {
    const outcome = await runScript(
      `process.env.NODE_OPTIONS = '--no-warnings --inspect-brk=0';
    const { createProcessEncoder: create } = await import(${JSON.stringify(`${DIST}encoder-process.js`)});
    const original = await create(process.env).open(bytes, job);
    console.log(JSON.stringify({ opened: original.analysis.color.length }));`,
    );
    expect(outcome).toEqual({ opened: 7 });
  });

  it('passes errors on as they are', async () => {
    const code = await runScript(`
    const failure = await encoder.open(Buffer.from('no picture'), job).catch((error) => error);
    console.log(JSON.stringify([failure.code, failure.hint.includes('verify')]));`);
    expect(code).toEqual(['IMAGE_CORRUPT', true]);
  });

  it('keeps its parent from nothing, knows no key, and ends with it', async () => {
    const found = await runScript(
      `await encoder.open(bytes, job);
    const pid = childOf();
    const env = execFileSync('cat', ['/proc/' + pid + '/environ']).toString();
    console.log(JSON.stringify({ pid, secret: env.includes('very-secret') }));`,
      { FAL_KEY: 'very-secret' },
    );
    const { pid, secret } = found as { pid: number; secret: boolean };
    expect(secret).toBe(false);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

describe('the name of the encoder', () => {
  it('is told from files as the library tells it', async () => {
    const { default: sharp } = await import('sharp');
    expect(readSharpVersions()).toEqual(sharp.versions);
  });
});

/** A process that ended and that nobody has asked about is a zombie, and not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
