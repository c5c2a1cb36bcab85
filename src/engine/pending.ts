import type { JournalEntry } from '../journal/types.ts';
import type { EngineDeps } from './engine.ts';
import type { Wanted } from './load-wanted.ts';
import type { ObtainOrder } from './orders.ts';

/**
 * Orders that finish what the journal holds and ask for nothing new. A note whose spec is gone or
 * was changed since is finished as well: its picture was paid for.
 */
export function ordersOfPending(entries: readonly JournalEntry[], wanted: Wanted): ObtainOrder[] {
  return entries.map((entry) => ({
    ...subjectOfEntry(entry, wanted),
    key: entry.key,
    recipe: entry.request,
    wanted: 0,
  }));
}

function subjectOfEntry(entry: JournalEntry, wanted: Wanted): Pick<ObtainOrder, 'file' | 'name'> {
  const name = wanted.pictures.find((picture) => picture.key === entry.key)?.spec.name ?? null;
  return { file: fileOf(entry, wanted), ...(name === null ? {} : { name }) };
}

/** The spec a note is about, or what can be said of it when no spec asks for its key any more. */
export function fileOf(entry: JournalEntry, wanted: Wanted): string {
  return (
    wanted.pictures.find((picture) => picture.key === entry.key)?.spec.file ??
    `request-${entry.key.slice(0, 8)}`
  );
}

/** What became of the requests that were to be taken back. */
export interface CancelReport {
  cancelled: string[];
  /** Those that run already, or have ended: `resume` collects them. */
  kept: string[];
}

/** Takes back what the service has queued but not begun; the notes of those go to the trash. */
export async function cancelPending(
  entries: readonly JournalEntry[],
  { provider, journal, lock }: Pick<EngineDeps, 'provider' | 'journal' | 'lock'>,
): Promise<CancelReport> {
  const report: CancelReport = { cancelled: [], kept: [] };
  for (const { key } of entries) {
    const lease = await lock.acquire(key);
    try {
      const entry = await journal.read(key);
      if (!entry || entry.requestId === null) continue;
      const { requestId, statusUrl, responseUrl, cancelUrl } = entry;
      const submission = { requestId, statusUrl, responseUrl, cancelUrl };
      const agreed =
        entry.state === 'submitted' &&
        (await provider.cancel?.(entry.request, submission, {})) === true;
      if (agreed) await journal.bury(entry, 'cancelled on request');
      (agreed ? report.cancelled : report.kept).push(requestId);
    } finally {
      await lease.release();
    }
  }
  return report;
}
