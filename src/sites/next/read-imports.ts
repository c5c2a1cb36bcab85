import { stripCode } from './strip-code.ts';

const SPEC = String.raw`[^"'\n]*\.image\.ya?ml(?:\?[^"'\n]*)?`;
/** `import … from`, `import`, and `export … from`, where a statement may begin. */
const STATEMENT = new RegExp(
  String.raw`(?:^|[;\n}])[ \t]*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*(["'])(${SPEC})\1`,
  'gi',
);
/** `import()` and `require()`. */
const CALL = new RegExp(String.raw`\b(?:import|require)\s*\(\s*(["'])(${SPEC})\1`, 'gi');

/** The specs that a module of JavaScript or TypeScript imports by a plain string, as it writes them. */
export function readImports(text: string): Set<string> {
  const code = stripCode(text);
  const found = [...code.matchAll(STATEMENT), ...code.matchAll(CALL)];
  return new Set(found.map(([, , specifier]) => specifier!));
}
