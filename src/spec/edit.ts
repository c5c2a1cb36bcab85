import { dirname, relative, resolve, sep } from 'node:path';
import { SPEC_NAME } from './files.ts';
import { findModel, type KnownModel } from './models.ts';
import type { MapNode, SpecNode } from './nodes.ts';
import type { Spec } from './schema.ts';
import { createDiagnostic, type Problem, type Source } from './source.ts';
import type { EditPath, ResolvedEdit } from './types.ts';

/** Whether a file of an edit lies elsewhere. */
export function isAddress(file: string): boolean {
  return /^https?:\/\//i.test(file) && URL.canParse(file);
}

/** Names of the parameters of an endpoint of which nothing is known: those of the known one. */
const DEFAULT_FIELDS = { images: 'image_urls', mask: 'mask_url' };

/** What resolving `edit` gave. */
export interface EditResolution {
  edit: ResolvedEdit | null;
  /** Problems with their places. */
  problems: readonly { node: SpecNode; problem: Problem }[];
}

/**
 * Finds the files that an edit names. A path is relative to the file that wrote it, as `extends` is.
 * @param root absolute path of the project's root
 */
export function resolveEdit(
  spec: Source,
  { root, remote, node, value, model }: ResolveEditOptions,
): EditResolution {
  const problems: { node: SpecNode; problem: Problem }[] = [];
  const toPath = (at: SpecNode, written: string): EditPath => {
    const source = at.source ?? spec;
    const path = resolve(dirname(source.path), written);
    const isRemote = remote && isAddress(written);
    if (!isRemote && /^[a-z][a-z0-9+.-]+:/i.test(written)) {
      problems.push({ node: at, problem: refuseUrl(written) });
    }
    // Whether the file is there and sound is found out later, and told here, with the frame.
    const place = createDiagnostic(source, at.start, { code: 'SPEC_EDIT', message: '' });
    const { file, line, column, frame } = place;
    return {
      file: isRemote ? new URL(written).href : relative(root, path).split(sep).join('/'),
      kind: !isRemote && SPEC_NAME.test(path) ? 'spec' : 'file',
      place: { file, line, column, ...(frame === undefined ? {} : { frame }) },
    };
  };
  const list = node.fields.get('images');
  const items = list?.kind === 'list' ? list.items : [];
  const images = value.images.map((written, at) => toPath(items[at] ?? node, written));
  const maskNode = node.fields.get('mask');
  const mask = value.mask === undefined ? null : toPath(maskNode ?? node, value.mask);
  if (mask?.kind === 'spec') problems.push({ node: maskNode ?? node, problem: REFUSED_MASK });
  const fieldsNode = node.fields.get('fields');
  const known = findModel(model);
  const fields = known ? null : readFields(value.fields);
  if (known && fieldsNode) {
    problems.push({ node: fieldsNode, problem: refuseFields(known) });
  }
  if (!known && value.fields?.image !== undefined && images.length > 1) {
    const message = `\`fields.image\` takes one picture, received ${images.length}.`;
    const hint = 'Name one picture, or write `fields: { images: … }` for a parameter with a list.';
    problems.push({ node: list ?? node, problem: { code: 'SPEC_EDIT', message, hint } });
  }
  const base = findEditEndpoint(model);
  if (base !== null) {
    const message = `With \`edit\` the edit endpoint of ${base} is used by itself.`;
    problems.push({
      node,
      problem: { code: 'SPEC_EDIT', message, hint: `Write \`model: ${base}\`, or leave it out.` },
    });
  }
  return { edit: { images, mask, fields }, problems };
}

/** What {@link resolveEdit} works on. */
export interface ResolveEditOptions {
  root: string;
  /** Whether a file may be an address. */
  remote: boolean;
  node: MapNode;
  value: NonNullable<Spec['edit']>;
  /** Endpoint id of the spec. */
  model: string;
}

function readFields(fields: NonNullable<Spec['edit']>['fields']): ResolvedEdit['fields'] {
  const { image, images = DEFAULT_FIELDS.images, mask = DEFAULT_FIELDS.mask } = fields ?? {};
  return { images: image ?? images, single: image !== undefined, mask };
}

function refuseUrl(written: string): Problem {
  return {
    code: 'SPEC_EDIT',
    message: `Expected a path, received ${JSON.stringify(written.slice(0, 60))}.`,
    hint: 'Download the file and keep it beside the spec: what an address shows may change, and the picture would not. The option `allowRemoteInputs` lets http(s) addresses in.',
  };
}

/** Found out after both were paid for, it would be a mask that fits nothing. */
const REFUSED_MASK: Problem = {
  code: 'SPEC_EDIT',
  message: 'The mask is the picture of another spec, and a model cannot make an exact mask.',
  hint: 'Name a file: a png with transparency where the picture may change, or greyscale, white there.',
};

function refuseFields({ id }: KnownModel): Problem {
  return {
    code: 'SPEC_EDIT',
    message: `The parameters of ${id} are known; \`fields\` is for other models.`,
    hint: 'Remove it.',
  };
}

/** The model whose edit endpoint is named; null for any other. */
export function findEditEndpoint(model: string | undefined): string | null {
  const [, base] = /^(.+)\/edit$/.exec(model ?? '') ?? [];
  return base !== undefined && findModel(base) ? base : null;
}
