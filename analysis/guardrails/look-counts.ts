import { SluiceError } from '../../domain/errors.ts';

// A local name, because look-ups of globals dominate in jest's sandbox.
const { isFinite } = Number;

/** Settled counts of both arms; a bad event is one of the exposed. */
export interface SettledCounts {
  readonly candidateExposed: number;
  readonly candidateBad: number;
  readonly stableExposed: number;
  readonly stableBad: number;
}

/** What one look adds for one split version since the previous look. */
export interface LookCounts extends SettledCounts {
  readonly splitVersion: number;
  /**
   * Time of the plan's hold clock that this look covers, in milliseconds; 0 while the clock stands still. Where a
   * look has rows for two split versions, only one of them carries the time.
   */
  readonly elapsedMs: number;
  /** The part of the mass that enters with this look (mass-schedule.ts); none where it is left out. */
  readonly due?: number;
}

/** A look closes at this many exposures: chosen by time and exposures alone, never by outcomes (section 7). */
const closingExposures = { candidate: 2, stable: 1 } as const;

/** What a closer knows, as JSON. */
export interface CloserState {
  /** What is still open. */
  readonly open: readonly (SettledCounts & { readonly splitVersion: number })[];
  /** The split versions that have closed a look. */
  readonly begun: readonly number[];
}

export interface LookCloser {
  /** Takes the next look, and gives the counts that it closed, if it closed any. */
  close(look: LookCounts): SettledCounts | undefined;
  state(): CloserState;
}

/**
 * Joins the looks of a split version until each arm has the exposures that close a look. What is still open has no
 * factor yet; what two versions counted is never added. Closing on outcomes instead raises false alarms to 10 %
 * (STATISTICS section 1).
 *
 * @param leastUnits exposures of the candidate that a split version's first look needs, where that is more.
 * @param state of an earlier one, to go on with.
 */
export function createLookCloser(leastUnits = 0, state?: CloserState): LookCloser {
  const open = new Map<number, SettledCounts>(
    state?.open.map(({ splitVersion, ...counts }) => [splitVersion, counts]),
  );
  const begun = new Set<number>(state?.begun);
  return {
    close(look) {
      requireCounts(look);
      const counts = addCounts(open.get(look.splitVersion), look);
      const least = begun.has(look.splitVersion) ? 0 : leastUnits;
      const closes =
        counts.candidateExposed >= Math.max(closingExposures.candidate, least) &&
        counts.stableExposed >= closingExposures.stable;
      if (closes) begun.add(look.splitVersion);
      if (closes) open.delete(look.splitVersion);
      else open.set(look.splitVersion, counts);
      return closes ? counts : undefined;
    },
    state: () => ({
      open: [...open].map(([splitVersion, counts]) => ({ splitVersion, ...counts })),
      begun: [...begun],
    }),
  };
}

/** The raw sums over looks, for people and for what goes by counts alone; no evidence may be made of them. */
export function totalCounts(looks: readonly SettledCounts[]): SettledCounts {
  return looks.reduce<SettledCounts>(addCounts, noCounts);
}

export const noCounts: SettledCounts = {
  candidateExposed: 0,
  candidateBad: 0,
  stableExposed: 0,
  stableBad: 0,
};

function addCounts(sum: SettledCounts = noCounts, look: SettledCounts): SettledCounts {
  return {
    candidateExposed: sum.candidateExposed + look.candidateExposed,
    candidateBad: sum.candidateBad + look.candidateBad,
    stableExposed: sum.stableExposed + look.stableExposed,
    stableBad: sum.stableBad + look.stableBad,
  };
}

/** @throws SluiceError `broken_measurement` on counts that no two arms can have: never read as "nothing bad". */
function requireCounts(look: LookCounts): void {
  const valid =
    isShare(look.candidateBad, look.candidateExposed) &&
    isShare(look.stableBad, look.stableExposed) &&
    isFinite(look.elapsedMs) &&
    look.elapsedMs >= 0;
  if (valid) return;
  throw new SluiceError(
    'broken_measurement',
    `The counts of a look are impossible: ${JSON.stringify(look)}.`,
    {
      remedy:
        'Counters must be increments of settled requests with bad <= exposed; check the gateways of this split.',
    },
  );
}

function isShare(bad: number, exposed: number): boolean {
  return isFinite(exposed) && bad >= 0 && bad <= exposed;
}
