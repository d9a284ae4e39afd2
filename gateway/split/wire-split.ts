import { dealingOf } from '../../domain/split/audience.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { ServedApp } from '../config/served-app.ts';

/**
 * A split as those get it who decide by it themselves (clients/): the two sides, and what all get while nobody judges.
 * While a former stable revision is held back, that is the arm `stable`, and what is stable already the arm `candidate`.
 */
export interface WireSplit {
  readonly app: string;
  readonly environment: string;
  readonly version: number;
  /** Digests. */
  readonly stable: string;
  readonly candidate?: string;
  /** The side that all are served by while the lease is over, or its revision is not here. */
  readonly fallback: 'stable' | 'candidate';
  /** In percent. */
  readonly weight: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly salt: string;
  /** An audience alone has the candidate: who decides itself is on stable, and in no arm. */
  readonly onlyAudience?: true;
}

/** A lease as it is when it is sent. */
export interface WireLease {
  readonly ageMs: number;
  readonly ttlMs: number;
}

/** What is served of an app, in that form. */
export function wireSplitOf({ split, stable, guard }: ServedApp): WireSplit {
  const { app, environment, version, include, exclude, salt, candidate, weight } = split;
  const common = { app, environment, version, include, exclude, salt };
  if (guard !== undefined) {
    const sides = { stable: guard.former, candidate: stable.digest };
    return { ...common, ...sides, fallback: 'candidate', weight: guard.weight };
  }
  const sides = candidate === undefined ? { stable: stable.digest } : { stable: stable.digest, candidate };
  const onlyAudience = dealingOf(split, false).isCounted ? {} : { onlyAudience: true as const };
  return { ...common, ...sides, ...onlyAudience, fallback: 'stable', weight };
}

/** The revisions of both sides that this gateway could serve. */
export function wireRevisionsOf(
  { stable, candidate, guard }: ServedApp,
  mayReadPrompts: boolean,
): Record<string, Pick<ServedRevision, 'label'> & Partial<Pick<ServedRevision, 'content'>>> {
  const here = [stable, candidate, guard?.revision].filter((each) => each !== undefined);
  return Object.fromEntries(
    here.map(({ digest, label, content }) => [digest, mayReadPrompts ? { label, content } : { label }]),
  );
}

/** The lease of what may be served of the split; `null` where it has none, or another release's. */
export function wireLeaseOf({ lease, split, guard }: ServedApp): WireLease | null {
  const releaseId = guard?.releaseId ?? split.releaseId;
  if (lease === undefined || lease.releaseId !== releaseId) return null;
  return { ageMs: lease.ageMs(), ttlMs: lease.ttlMs };
}
