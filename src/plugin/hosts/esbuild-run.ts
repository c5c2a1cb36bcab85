import type { BuildOptions } from 'esbuild';
import type { Session } from '../session.ts';

/**
 * What the contexts of one plugin share, and who of them may pay. esbuild does not tell plugins that
 * somebody watches, so it is told from what they build.
 */
export interface EsbuildRun {
  /** The root of contexts that name none. */
  readonly root: string;
  /** Whether the script was called to watch: then nothing is ever a first build. */
  readonly watches: boolean;
  /** The session of the builds of a root: one budget for all of them. */
  sessionOf(root: string): Session;
  /** A session for one context that watches: its previews are nobody else's. */
  openWatch(root: string): Session;
  /** Counts a build, and gives whether it belongs to the first run of the plugin, which may pay. */
  begin(root: string, options: BuildOptions): boolean;
  /** A build has ended, well or not: what begins from now on may be the work of a saved file. */
  end(): void;
}

/** @param argv of the process: scripts that watch are mostly called with `--watch` or `--serve` */
export function createEsbuildRun(open: () => Session, argv: readonly string[]): EsbuildRun {
  const sessions = new Map<string, Session>();
  const begun = new Set<string>();
  let ended = false;

  const openFor = (root: string, command: 'build' | 'watch'): Session => {
    const session = open();
    session.start({ root, command });
    return session;
  };

  return {
    // Of a session that nobody has started: those of other contexts have other roots.
    root: open().root,
    watches: saysWatch(argv),
    sessionOf(root) {
      const session = sessions.get(root) ?? openFor(root, 'build');
      sessions.set(root, session);
      return session;
    },
    openWatch: (root) => openFor(root, 'watch'),
    begin(root, { entryPoints, outdir, outfile, format, platform }) {
      // Two formats are built at once and are one run; the same build again is a saved file, which does
      // not wait until pictures are there.
      const name = JSON.stringify([root, entryPoints, outdir, outfile, format, platform]);
      const first = !ended && !begun.has(name);
      begun.add(name);
      return first;
    },
    end() {
      ended = true;
    },
  };
}

/** `--watch`, `--serve=8000`; not `--watch=false`, which would let a sketch into production. */
function saysWatch(argv: readonly string[]): boolean {
  return argv.some((word, at) => {
    const [, value] = /^--(?:watch|serve)(?:=(.*))?$/.exec(word) ?? [null, 'false'];
    return !/^(?:false|no|0)$/.test(value ?? argv[at + 1] ?? '');
  });
}
