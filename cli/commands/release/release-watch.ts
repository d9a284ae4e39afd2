import { exitCodes } from '../../../domain/errors.ts';
import { watchRelease, type Watched } from '../../http/watch-release.ts';
import { releaseBlock, releaseLine } from '../../output/describe-release.ts';
import { exitCodeOfState, waitsForApproval } from '../../output/outcome.ts';
import type { Command, CommandContext } from '../context.ts';

export interface ReleaseWatchOptions {
  readonly id: string;
  readonly timeoutMs: number;
  /** Stop watching at a pause, and where it has to be approved, as well: else people are waited for. */
  readonly exitOnPause: boolean;
}

async function watchShowing(
  context: CommandContext,
  { exitOnPause, ...options }: ReleaseWatchOptions,
): Promise<Watched> {
  const live = context.live();
  try {
    return await watchRelease(context.api(), {
      ...options,
      onRelease: (release) => {
        live.show(releaseBlock(release, context.paintProgress), releaseLine(release, context.paintProgress));
      },
      until: (release) => exitOnPause && (release.state === 'paused' || waitsForApproval(release)),
    });
  } finally {
    live.end();
  }
}

/**
 * Follows a release until it is closed, over pauses; with `exitOnPause` also until a person has to decide. The exit
 * code says which (DESIGN section 12).
 */
export const releaseWatch: Command<ReleaseWatchOptions> = async (context, options) => {
  const watched = await watchShowing(context, options);
  if (watched.kind === 'timed-out') {
    return {
      code: exitCodes.watchTimedOut,
      word: 'watch_timed_out',
      release: options.id,
      json: {},
      text: `Stopped watching; the release goes on. Look again: sluice release watch ${options.id}`,
    };
  }
  const { release } = watched;
  const waits = waitsForApproval(release);
  return {
    code: waits ? exitCodes.waiting : exitCodeOfState(release.state),
    word: waits ? 'waiting_for_approval' : release.state,
    release: release.id,
    json: { release },
    text: releaseBlock(release, context.paint),
  };
};
