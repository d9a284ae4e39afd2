import { SluiceError } from '../domain/errors.ts';
import type { Db } from './db.ts';
import { readSplit } from './read-split.ts';
import { wasTakenBack } from './was-taken-back.ts';

export interface CandidateToCheck {
  app: string;
  environment: string;
  revision: { digest: string; label: string };
  /** Release it though it was taken back before. */
  retry: boolean;
  reason?: string | undefined;
}

/**
 * Refuses a candidate that already serves as stable, and one that was taken back, unless it is a stated retry.
 * Throws `not_active`, `conflict`, and `invalid_request` for a retry without a reason.
 */
export async function assertReleasable(db: Db, candidate: CandidateToCheck): Promise<void> {
  const { app, environment, revision, retry, reason } = candidate;
  const { digest, label } = revision;
  const split = await readSplit(db, { app, environment });
  if (split?.stable === undefined) {
    throw new SluiceError('not_active', `"${app}" has no stable revision to compare with.`, {
      remedy: `Set the first one: sluice app create ${app} --stable.`,
    });
  }
  if (split.stable === digest) {
    throw new SluiceError('conflict', `${label} already is the stable revision of "${app}".`, {
      remedy: 'Change the prompt, the chain or the parameters before releasing.',
    });
  }
  if (retry && reason === undefined) {
    throw new SluiceError('invalid_request', 'A retry of a revision that was taken back needs a reason.', {
      remedy: 'Add --reason "…".',
    });
  }
  if (!retry && (await wasTakenBack(db, { app, environment, revision: digest }))) {
    throw new SluiceError('conflict', `${label} was taken back before.`, {
      remedy: 'Mend it, or release it again knowingly with --retry --reason "…".',
    });
  }
}
