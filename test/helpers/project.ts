import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A project in a temporary folder of its own. */
export interface Project {
  /** Absolute path, without links. */
  readonly root: string;
  /** Absolute path of a file of the project. */
  path(...parts: string[]): string;
  write(file: string, content: string | Uint8Array): void;
  /** Bytes of a file. */
  read(file: string): Buffer;
  readText(file: string): string;
  remove(file: string): void;
  /** Every file below a folder, relative to it, with `/`, sorted; empty when there is no folder. */
  list(folder?: string): string[];
}

const made: string[] = [];
// Here, once for each test file: called within a test the hook would not run.
afterAll(removeAll);

/**
 * Makes a project from a files object: path relative to the root → content. It goes when the test
 * file is done.
 */
export function createProject(files: Readonly<Record<string, string | Uint8Array>> = {}): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'image-prompt-test-')));
  made.push(root);
  const project = projectAt(root);
  for (const [file, content] of Object.entries(files)) project.write(file, content);
  return project;
}

/** A project in a folder that somebody else made. */
export function projectAt(root: string): Project {
  return {
    root,
    path: (...parts) => join(root, ...parts),
    write(file, content) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), content);
    },
    read: (file) => readFileSync(join(root, file)),
    readText: (file) => readFileSync(join(root, file), 'utf8'),
    remove: (file) => rmSync(join(root, file), { recursive: true, force: true }),
    list: (folder = '.') => listFiles(join(root, folder)),
  };
}

function removeAll(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}

function listFiles(folder: string, prefix = ''): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(folder);
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(join(folder, entry.name), `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    )
    .sort();
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
