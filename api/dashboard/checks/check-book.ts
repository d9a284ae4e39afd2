import type { Pool } from 'pg';
import { checkMaker, type CheckedLook } from '../../../activities/looks/explain/checks.ts';
import type { EvidenceRow } from '../../../config-store/looks/counted.ts';
import { listEvidenceAfter, type PlacedEvidence } from '../../../config-store/looks/list-evidence-after.ts';
import type { ReleaseRow } from '../../../config-store/releases/release-row.ts';
import { guardStage } from '../../../domain/release/guard.ts';
import { createKnownChecks, type KnownChecks } from './known-checks.ts';

/** Looks are read so many at a time: nobody else's request waits for a day of them. */
const batch = 500;
/** Of so many releases what was read stays in memory (2 MB each at the most). */
const mostReleases = 20;

type Judged = Pick<ReleaseRow, 'id' | 'plan' | 'rules'>;

interface OpenPage {
  readonly make: (row: EvidenceRow) => CheckedLook;
  readonly known: ReturnType<typeof createKnownChecks>;
  last: PlacedEvidence | undefined;
  /** One reader at a time: each goes on from the last look that was read. */
  reading: Promise<unknown>;
}

export interface CheckBook {
  /** The checks of a release's steps up to now; those of its guard are of another split, and stand with the guard. */
  read(release: Judged): Promise<KnownChecks>;
}

/** Each look is read once: a page that is looked at again costs those that came since (docs/decisions/0085). */
export function createCheckBook(db: Pool): CheckBook {
  const pages = new Map<string, OpenPage>();

  async function readOn(page: OpenPage, releaseId: string): Promise<KnownChecks> {
    for (;;) {
      const asked = { releaseId, without: guardStage, after: page.last, limit: batch };
      const rows = await listEvidenceAfter(db, asked);
      for (const row of rows) page.known.take(page.make(row));
      page.last = rows.at(-1) ?? page.last;
      if (rows.length < batch) return page.known.read();
    }
  }

  function open(release: Judged): OpenPage {
    const page = pages.get(release.id) ?? {
      ...{
        make: checkMaker(release),
        known: createKnownChecks(),
        last: undefined,
        reading: Promise.resolve(),
      },
    };
    // The one that was looked at last stands last.
    pages.delete(release.id);
    pages.set(release.id, page);
    const [longest] = pages.keys();
    if (pages.size > mostReleases && longest !== undefined) pages.delete(longest);
    return page;
  }

  return {
    read(release) {
      const page = open(release);
      const reading = page.reading.then(() => readOn(page, release.id));
      page.reading = reading.catch(() => {
        // What could not be read is begun anew by whoever asks next.
        if (pages.get(release.id) === page) pages.delete(release.id);
      });
      return reading;
    },
  };
}
