import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { lookOf, progressLine } from '../../output/describe-release.ts';
import { shareText } from '../../output/text/share-text.ts';
import { decide, type ReleaseCommandOptions } from './release-command.ts';
import type { Command } from '../context.ts';

export type ReleasePromoteOptions = ReleaseCommandOptions & {
  /** Percent. */
  readonly expectedWeight?: number;
  readonly expectedVersion?: number;
  readonly resume: boolean;
};

/**
 * Goes on from the step that is served before it has passed. What is promoted is shown and sent along: where the
 * release has moved on meanwhile, it is refused. A step of which nothing was seen yet has to be named.
 */
export const releasePromote: Command<ReleasePromoteOptions> = async (context, options) => {
  const { id, reason, resume, idempotencyKey } = options;
  const release = await context.api().get<ReleaseDetail>(`/v1/releases/${encodeURIComponent(id)}`);
  if (options.expectedStage === undefined) requireSeen(release);
  const { expectedStage = release.stage, expectedWeight = release.weight } = options;
  const { expectedVersion = release.splitVersion } = options;
  const seen = progressLine(release) ?? 'nothing was measured yet';
  context.tell(
    `promoting ${expectedStage ?? 'no stage'} at ${expectedWeight === release.weight ? shareText(release) : `${expectedWeight} %`} (split v${expectedVersion ?? 0}): ${seen}`,
  );
  const body = {
    ...{ expectedStage, expectedWeight, expectedVersion, resume },
    ...(reason === undefined ? {} : { reason }),
  };
  return decide(context, 'promote', { id, body, idempotencyKey });
};

/** A second press, right after the first has brought the next step about, must not skip that one as well. */
function requireSeen(release: ReleaseDetail): void {
  const { stage, weight, audience, id } = release;
  if (
    stage === undefined ||
    (weight === 0 && audience === undefined) ||
    (lookOf(release)?.exposures.candidate ?? 0) > 0
  )
    return;
  throw new SluiceError(
    'conflict',
    `${stage} has just begun: no request at ${shareText(release)} was judged yet.`,
    {
      remedy: `Look at it first; to go on all the same, name it: sluice release promote ${id} --expected-stage ${stage} --expected-weight ${weight}`,
      details: { stage, weight },
    },
  );
}
