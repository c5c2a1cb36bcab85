import { resolve } from 'node:path';
import type { Diagnostic } from '../errors.ts';
import { checkEditInputs } from '../provider/input-rules.ts';
import type { InputRole, InspectedInput } from '../provider/inspect-input.ts';
import { isAddress } from '../spec/edit.ts';
import type { EditPath, ResolvedEdit } from '../spec/types.ts';
import type { InputTrouble, LookAtFile } from './input-files.ts';
import type { LoadedPicture } from './load-picture.ts';
import type { WantedEdit, WantedInput } from './plan.ts';

/** What an edit works on, or why it cannot be made, and the files that this depends on. */
export interface LoadedEdit {
  /** null when there are errors. */
  edit: WantedEdit | null;
  diagnostics: readonly Diagnostic[];
  /** Absolute paths. */
  dependencies: readonly string[];
  missing: readonly string[];
}

/** What loading an edit needs. */
export interface LoadEditDeps {
  root: string;
  look: LookAtFile;
  /** Loads another spec. */
  load: (file: string) => Promise<LoadedPicture>;
  /** The specs that lead here, the one whose edit this is last. */
  chain: readonly string[];
  /** Endpoint that the edit goes to. */
  model: string;
}

/** Finds the files and specs of an edit and checks them, each problem at the path that it is about. */
export async function loadEdit(
  { images, mask }: ResolvedEdit,
  deps: LoadEditDeps,
): Promise<LoadedEdit> {
  const found: Found = { diagnostics: [], dependencies: [], missing: [] };
  const inputs: (Input | null)[] = [];
  for (const path of images) inputs.push(await findInput(path, 'image', found, deps));
  const masked = mask && (await findInput(mask, 'mask', found, deps));
  if (inputs.every((one) => one !== null) && (mask === null || masked !== null)) {
    const infos = inputs.map(({ info }) => info);
    for (const { input, message, hint } of checkEditInputs(
      infos,
      masked?.info ?? null,
      deps.model,
    )) {
      const at = input === 'mask' ? mask : images[input ?? 0];
      found.diagnostics.push(complain((at ?? images[0]!).place, { message, hint }));
    }
    if (!found.diagnostics.some(({ severity }) => severity === 'error')) {
      const edit = { images: inputs.map((one) => one.wanted), mask: masked?.wanted ?? null };
      return { ...found, edit };
    }
  }
  return { ...found, edit: null };
}

interface Found {
  diagnostics: Diagnostic[];
  dependencies: string[];
  missing: string[];
}

interface Input {
  wanted: WantedInput;
  info: InspectedInput;
}

async function findInput(
  path: EditPath,
  role: InputRole,
  found: Found,
  deps: LoadEditDeps,
): Promise<Input | null> {
  if (path.kind === 'spec') return await findPicture(path, found, deps);
  const looked = await deps.look(path.file, role);
  if ('digest' in looked) {
    const { at, digest, info } = looked;
    if (!isAddress(path.file)) found.dependencies.push(at);
    return { wanted: { path, kind: 'file', at, digest }, info };
  }
  if (!isAddress(path.file)) {
    const absolute = resolve(deps.root, path.file);
    (looked.missing ? found.missing : found.dependencies).push(absolute);
  }
  found.diagnostics.push(complain(path.place, looked));
  return null;
}

async function findPicture(
  path: EditPath,
  found: Found,
  { load, chain }: LoadEditDeps,
): Promise<Input | null> {
  const { file, place } = path;
  if (chain.includes(file)) {
    const circle = [...chain.slice(chain.indexOf(file)), file].join(' → ');
    const message = `The specs are made from each other: ${circle}.`;
    const hint = 'Remove one of them from the `edit.images` of another.';
    found.diagnostics.push(complain(place, { message, hint }, 'SPEC_EDIT_CYCLE'));
    return null;
  }
  const { loaded, picture, pictures } = await load(file);
  found.dependencies.push(...loaded.dependencies);
  found.missing.push(...loaded.missing);
  if (picture === null) {
    // What is wrong with it is told where it is wrong, and here that it matters.
    found.diagnostics.push(...loaded.diagnostics.filter((one) => one.severity === 'error'));
    if (!loaded.diagnostics.some((one) => one.code === 'SPEC_EDIT_CYCLE')) {
      const message = `${file}, which this picture is made from, has errors.`;
      found.diagnostics.push(complain(place, { message, hint: 'Mend that spec.' }));
    }
    return null;
  }
  if (loaded.axes.length > 0) {
    const message = `${file} has ${pictures.length} pictures, and an edit works on one.`;
    const hint = 'Name a spec without a `matrix`.';
    found.diagnostics.push(complain(place, { message, hint }));
    return null;
  }
  const { image_size } = picture.recipe.input;
  const format = picture.spec.outputFormat ?? 'png';
  const info = { format, ...image_size, hasAlpha: false, isGreyscale: false };
  return { wanted: { path, kind: 'picture', picture, original: null }, info };
}

function complain(
  place: EditPath['place'],
  { message, hint }: Pick<InputTrouble, 'message' | 'hint'>,
  code: 'SPEC_EDIT' | 'SPEC_EDIT_CYCLE' = 'SPEC_EDIT',
): Diagnostic {
  return { code, severity: 'error', ...place, message, hint };
}
