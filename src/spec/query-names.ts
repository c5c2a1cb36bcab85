/** Names of the query of an import that override `output`; the words of vite-imagetools. */
export const QUERY_NAMES: readonly string[] = [
  'w',
  'format',
  'aspect',
  'quality',
  'fit',
  'position',
];
