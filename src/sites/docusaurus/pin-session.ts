import type { Session } from '../../plugin/session.ts';

/**
 * The session as bundlers get it: where the site lies, and that it is served, is known better than they know it.
 * Docusaurus starts its dev server without a word in the configuration of the bundler.
 */
export function pinSession(session: Session): Session {
  const { root, command } = session;
  const start: Session['start'] = (told) =>
    session.start({ root, command: command === 'serve' ? command : told.command });
  return Object.create(session, { start: { value: start } }) as Session;
}
