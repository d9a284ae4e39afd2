import { exitCodes } from '../../domain/errors.ts';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { watchRelease } from '../http/watch-release.ts';
import { progressLine, releaseBlock, releaseLine } from '../output/describe-release.ts';
import { createLiveBlock } from '../output/live-block.ts';
import { exitCodeOfState, type CommandOutcome } from '../output/outcome.ts';
import type { Command, CommandContext } from './context.ts';

export interface ReleaseWatchOptions {
  id: string;
  timeoutMs: number;
}

/** One line a change: what a log shows of a release under way. */
function changeLine(context: CommandContext, release: ReleaseDetail): string {
  const progress = progressLine(release);
  return releaseLine(release, context.paint) + (progress === undefined ? '' : ` · ${progress}`);
}

/** Follows a release until it is closed or waits for a person; the exit code says which (DESIGN section 12). */
export async function watchToTheEnd(
  context: CommandContext,
  options: ReleaseWatchOptions,
): Promise<CommandOutcome> {
  const live = createLiveBlock(context.settings.terminal, (text) => process.stderr.write(text));
  const watched = await watchRelease(context.api(), {
    ...options,
    onRelease: (release) => {
      live.show(releaseBlock(release, context.paint), changeLine(context, release));
    },
    until: (release) => release.state === 'paused',
  });
  live.end();
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
    code: exitCodeOfState(release.state),
    word: release.state,
    release: release.id,
    json: { release },
    text: releaseBlock(release, context.paint),
  };
}

export const releaseWatch: Command<ReleaseWatchOptions> = watchToTheEnd;
