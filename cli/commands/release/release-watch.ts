import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { exitCodes, type ExitCode } from '../../../domain/errors.ts';
import type { DeploymentReporter } from '../../github/deployment.ts';
import { watchGuard } from '../../http/watch-guard.ts';
import { watchRelease, type Watched } from '../../http/watch-release.ts';
import { releaseBlock } from '../../output/describe-release.ts';
import { exitCodeOfState, waitsForApproval, type CommandOutcome } from '../../output/outcome.ts';
import { untilInterrupted } from '../../until-interrupted.ts';
import { followView, type FollowedView } from '../../watch/follow-view.ts';
import { viewLines } from '../../watch/view-lines.ts';
import type { Command, CommandContext } from '../context.ts';

/** Until when a release is watched: until it is closed, or until its guard is over as well. */
export type WatchEnd = 'promoted' | 'guarded';

export interface ReleaseWatchOptions {
  readonly id: string;
  readonly timeoutMs: number;
  /** Stop watching at a pause, and where it has to be approved, as well: else people are waited for. */
  readonly exitOnPause: boolean;
  readonly until: WatchEnd;
  /** Shows each change of it elsewhere as well. */
  readonly reporter?: Pick<DeploymentReporter, 'show' | 'settled'>;
}

/** Where results go to no terminal: a line that most logs show whole. */
const usualColumns = 100;

async function watchOn(
  context: CommandContext,
  { exitOnPause, until, reporter, ...options }: ReleaseWatchOptions,
  { page, signal }: { readonly page: FollowedView; readonly signal: AbortSignal },
): Promise<Watched> {
  const onRelease = (release: ReleaseDetail): void => {
    page.changed(release);
    reporter?.show(release);
  };
  const startedMs = performance.now();
  const watched = await watchRelease(context.api(), {
    ...options,
    onRelease,
    signal,
    until: (release) => exitOnPause && (release.state === 'paused' || waitsForApproval(release)),
  });
  if (until === 'promoted' || watched.kind !== 'ended' || watched.release.state !== 'promoted')
    return watched;
  if (watched.release.guard === undefined)
    context.tell('its plan has no guard: it is stable, and judged no more');
  const timeoutMs = options.timeoutMs - (performance.now() - startedMs);
  const release = await watchGuard(context.api(), { id: options.id, timeoutMs, onRelease, signal });
  return release === undefined ? { kind: 'timed-out' } : { kind: 'ended', release };
}

/** What was watched, and how it stands at its end in words. */
type Shown = Watched & { readonly text?: string | undefined };

async function watchShowing(
  context: CommandContext,
  options: ReleaseWatchOptions,
  signal: AbortSignal,
): Promise<Shown> {
  const live = context.live();
  const { paintProgress: paint, screen } = context;
  const page = followView({ api: context.api(), id: options.id, live, paint });
  try {
    const watched = await watchOn(context, options, { page, signal });
    const last = await page.last();
    page.stop();
    if (watched.kind === 'timed-out') return watched;
    // Printed as the result where it stood: one block, and not two.
    if (screen !== undefined) live.clear();
    if (last === undefined) return watched;
    const columns = screen?.columns ?? usualColumns;
    const sinceReadMs = performance.now() - last.readAtMs;
    return {
      ...watched,
      text: viewLines(last.view, { columns, sinceReadMs, paint: context.paint }).join('\n'),
    };
  } finally {
    page.stop();
    live.end();
    await options.reporter?.settled();
  }
}

/**
 * Follows a release until it is closed, over pauses; with `exitOnPause` also until a person has to decide, and with
 * `until` to the end of its guard. The exit code says which (DESIGN section 12); Ctrl-C ends the watch alone.
 */
export const releaseWatch: Command<ReleaseWatchOptions> = async (context, options) => {
  const { id } = options;
  const watched = await untilInterrupted((signal) => watchShowing(context, options, signal));
  if (watched === 'interrupted') {
    const text = `Detached: the release goes on. Look again: sluice release watch ${id}`;
    return { code: exitCodes.detached, word: 'detached', release: id, json: {}, text };
  }
  if (watched.kind === 'timed-out') {
    return {
      code: exitCodes.watchTimedOut,
      word: 'watch_timed_out',
      release: id,
      json: {},
      text: `Stopped watching; the release goes on. Look again: sluice release watch ${id}`,
    };
  }
  const { release, text = releaseBlock(release, context.paint) } = watched;
  return { ...endOf(release, options.until), release: release.id, json: { release }, text };
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
