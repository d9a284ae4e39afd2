import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { exitCodes, type ExitCode } from '../../../domain/errors.ts';
import { watchGuard } from '../../http/watch-guard.ts';
import { watchRelease, type Watched } from '../../http/watch-release.ts';
import { releaseBlock, releaseLine } from '../../output/describe-release.ts';
import { exitCodeOfState, waitsForApproval, type CommandOutcome } from '../../output/outcome.ts';
import type { Command, CommandContext } from '../context.ts';

/** Until when a release is watched: until it is closed, or until its guard is over as well. */
export type WatchEnd = 'promoted' | 'guarded';

export interface ReleaseWatchOptions {
  readonly id: string;
  readonly timeoutMs: number;
  /** Stop watching at a pause, and where it has to be approved, as well: else people are waited for. */
  readonly exitOnPause: boolean;
  readonly until: WatchEnd;
}

async function watchShowing(
  context: CommandContext,
  { exitOnPause, until, ...options }: ReleaseWatchOptions,
): Promise<Watched> {
  const live = context.live();
  const onRelease = (release: ReleaseDetail): void => {
    live.show(releaseBlock(release, context.paintProgress), releaseLine(release, context.paintProgress));
  };
  const startedMs = performance.now();
  try {
    const watched = await watchRelease(context.api(), {
      ...options,
      onRelease,
      until: (release) => exitOnPause && (release.state === 'paused' || waitsForApproval(release)),
    });
    if (until === 'promoted' || watched.kind !== 'ended' || watched.release.state !== 'promoted')
      return watched;
    if (watched.release.guard === undefined)
      context.tell('its plan has no guard: it is stable, and judged no more');
    const timeoutMs = options.timeoutMs - (performance.now() - startedMs);
    const release = await watchGuard(context.api(), { id: options.id, timeoutMs, onRelease });
    return release === undefined ? { kind: 'timed-out' } : { kind: 'ended', release };
  } finally {
    live.end();
  }
}

/**
 * Follows a release until it is closed, over pauses; with `exitOnPause` also until a person has to decide, and with
 * `until` to the end of its guard. The exit code says which (DESIGN section 12).
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
  return {
    ...endOf(release, options.until),
    release: release.id,
    json: { release },
    text: releaseBlock(release, context.paint),
  };
};

function endOf(release: ReleaseDetail, until: WatchEnd): Pick<CommandOutcome, 'code' | 'word'> {
  if (waitsForApproval(release)) return { code: exitCodes.waiting, word: 'waiting_for_approval' };
  const { guard } = release;
  if (until === 'promoted' || guard === undefined) {
    return { code: exitCodeOfState(release.state), word: release.state };
  }
  return { code: guardCode(guard), word: `guard_${guard.state}` };
}

function guardCode({ state, decidedBy = '' }: NonNullable<ReleaseDetail['guard']>): ExitCode {
  switch (state) {
    case 'open':
      return exitCodes.watchTimedOut;
    case 'passed':
      return exitCodes.done;
    case 'inconclusive':
      return exitCodes.inconclusive;
    case 'rolled_back':
      return decidedBy.startsWith('system:') ? exitCodes.rolledBack : exitCodes.aborted;
    case 'closed':
      return exitCodes.superseded;
  }
}
