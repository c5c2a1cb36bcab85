import type { Compiler as RspackCompiler } from '@rspack/core';
import type { Compiler } from 'webpack';
import type { DevPictures } from '../dev.ts';
import type { PictureStates } from '../picture-states.ts';
import type { Session } from '../session.ts';

/** webpack's compiler, or that of Rspack, whose interface is the same as far as we go. */
export type AnyCompiler = Compiler | RspackCompiler;

/** What all compilers of one plugin instance share. */
export interface WebpackWork {
  session: Session;
  states: PictureStates;
  dev: DevPictures;
  /** Every compiler that the plugin was applied to. */
  compilers: Set<Compiler>;
  /** Those that build for Node and were told no public path. */
  pathless: WeakSet<Compiler>;
  /** Requests whose last load failed: their module says so itself. */
  failed: Set<string>;
  /** Whether rules of a framework say where assets go. */
  assetsByRules: boolean;
}
