import { expect } from 'vitest';
import type { Project } from '../../helpers/project.ts';
import { run } from '../helpers.ts';

export const CLIENT = '/// <reference types="unplugin-image-prompt/client" />';
export const SETTINGS = '.vscode/settings.json';
export const SCHEMA = './node_modules/unplugin-image-prompt/spec.schema.json';
export const STORE = ['.image-prompt/README.md', '.image-prompt/.gitattributes'];

/** What `init --json` says. */
export interface Report {
  version: 1;
  written: string[];
  kept: string[];
  next: string[];
}

/** Runs `init --json`, which must be content. */
export async function runInit(project: Project, ...words: string[]): Promise<Report> {
  const { code, json, err } = await run(project, ['init', '--json', ...words]);
  expect([code, err]).toEqual([0, '']);
  return json() as unknown as Report;
}

/** Package.json of a project. */
export function manifest(type: 'module' | 'commonjs' | null, ...packages: string[]): string {
  const devDependencies = Object.fromEntries(packages.map((name) => [name, '*']));
  return JSON.stringify({ ...(type === null ? {} : { type }), devDependencies });
}
