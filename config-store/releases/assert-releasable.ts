import { SluiceError } from '../../domain/errors.ts';
import { noStable } from '../../domain/refusals.ts';
import type { Db } from '../postgres/db.ts';
import { readCondemnation, type Condemnation } from '../splits/read-condemnation.ts';
import { readSplit } from '../splits/read-split.ts';

export interface CandidateToCheck {
  readonly app: string;
  readonly environment: string;
  readonly revision: { readonly digest: string; readonly label: string };
  /** Release it though it is condemned. */
  readonly retry: boolean;
  readonly reason?: string | undefined;
  /** Whether the release leaves a gate out: then no gate will ask again what one has answered. */
  readonly skipsGates?: boolean | undefined;
}

/**
 * Refuses a candidate that already serves as stable, and one that is condemned, unless it is a stated retry. What a gate
 * has blocked may be released again without: the gate is asked again, of what may be other suites.
 * Throws `not_active`, `conflict`, and `invalid_request` for a retry without a reason.
 */
export async function assertReleasable(db: Db, candidate: CandidateToCheck): Promise<void> {
  const { app, environment, revision, retry, reason, skipsGates = false } = candidate;
  const { digest, label } = revision;
  const split = await readSplit(db, { app, environment });
  if (split?.stable === undefined) throw noStable(app, environment);
  if (split.stable === digest) {
    throw new SluiceError('conflict', `${label} already is the stable revision of "${app}".`, {
      remedy: 'Change the prompt, the chain or the parameters before releasing.',
    });
  }
  if (retry && reason === undefined) {
    throw new SluiceError('invalid_request', 'A retry of a revision that was found bad needs a reason.', {
      remedy: 'Add --reason "…".',
    });
  }
  const condemned = retry ? undefined : await readCondemnation(db, { app, environment, revision: digest });
  if (condemned !== undefined && (condemned.cause !== 'gate' || skipsGates)) {
    throw new SluiceError('conflict', `${label} ${becauseOf(condemned)} (${condemned.at}).`, {
      remedy: 'Mend it, or release it again knowingly with --retry --reason "…".',
    });
  }
}

function becauseOf({ cause, actor, reason }: Condemnation): string {
  switch (cause) {
    case 'gate':
      return `was blocked by a gate: ${reason}`;
    case 'guardrail':
      return `was rolled back before: ${reason}`;
    case 'person':
      return `was rolled back before by ${actor}: ${reason}`;
  }
}
