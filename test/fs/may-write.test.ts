import { expect, test } from 'vitest';
import { mayWrite } from '../../src/fs/may-write.ts';
import { createProject } from '../helpers/project.ts';

test('a folder that is there or can be made may be written; below a file nothing can', () => {
  const project = createProject({ 'a/file': '' });
  expect(mayWrite(project.path('a'))).toBe(true);
  expect(mayWrite(project.path('a/b/c'))).toBe(true);
  expect(mayWrite(project.path('a/file'))).toBe(false);
  expect(mayWrite(project.path('a/file/b/c'))).toBe(false);
});

test.skipIf(process.platform !== 'linux')('what the system does not let anybody write', () => {
  expect(mayWrite('/proc/self/none')).toBe(false);
});
