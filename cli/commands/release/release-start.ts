import { randomUUID } from 'node:crypto';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { createDeploymentReporter } from '../../github/deployment.ts';
import { readGithubRun } from '../../github/github-run.ts';
import { releaseBlock } from '../../output/describe-release.ts';
import type { Queued } from '../../../api/schemas/queue.ts';
import { done, type CommandOutcome } from '../../output/outcome.ts';
import { packRelease } from '../../pack/pack.ts';
import { releaseBody, type ReleaseChoice } from '../../pack/release-body.ts';
import { warningsOf } from '../../pack/warnings.ts';
import type { Command, CommandContext } from '../context.ts';
import { publishedAs } from '../published-as.ts';
import { queuedLine, queuedNow, untilBegun } from './queue.ts';
import { releaseWatch, type ReleaseWatchOptions, type WatchEnd } from './release-watch.ts';

export interface ReleaseStartOptions extends ReleaseChoice {
  readonly label?: string;
  readonly wait: boolean;
  readonly exitOnPause: boolean;
  readonly timeoutMs: number;
  readonly until: WatchEnd;
  readonly idempotencyKey?: string;
  readonly allowDirty: boolean;
  readonly reporter?: 'github';
}

/** Starts a release of what `sluice.yaml` says, and with `--wait` watches it to its end. */
export const releaseStart: Command<ReleaseStartOptions> = async (context, options) => {
  if (options.until === 'guarded' && !options.wait) throw untilWithoutWait();
  const reporter = reporterOf(context, options);
  const packed = await packRelease({
    file: options.file,
    label: options.label,
    allowDirty: options.allowDirty,
    allowUntracked: options.allowDirty,
    settings: context.settings,
  });
  for (const warning of warningsOf(packed)) context.tell(`warning: ${warning}`);
  const body = releaseBody(packed, options);
  if (packed.uncommitted.length > 0) context.tell(`not committed: ${packed.uncommitted.join(', ')}`);
  const { label } = packed;
  const key = options.idempotencyKey ?? randomUUID();
  const answer = await context.api().post<ReleaseDetail | Queued>('/v1/releases', body, key);
  if ('queuedAt' in answer) return whenBegun(context, answer, { ...options, deployment: reporter });
  const release = answer;
  context.tell(publishedAs(label, { label: release.label, digest: release.revision }));
  context.tell(`started ${release.id}`);
  for (const sentence of release.health?.says ?? []) context.tell(`warning: ${sentence}`);
  const { timeoutMs, exitOnPause, until } = options;
  if (options.wait)
    return releaseWatch(context, { id: release.id, timeoutMs, exitOnPause, until, ...reporter });
  const text = `${releaseBlock(release, context.paint)}\n  Follow it: sluice release watch ${release.id}`;
  return done(text, { release }, release.id);
};

/** Whoever asks for the end of the guard takes the command's end for it. */
function untilWithoutWait(): SluiceError {
  return new SluiceError('usage', '--until guarded says until when is waited, and nothing is waited for.', {
    remedy: 'Add --wait.',
  });
}

/** Where a release is shown beside the terminal. Throws `usage` where nobody would show it to its end. */
function reporterOf(
  context: CommandContext,
  { reporter, wait }: ReleaseStartOptions,
): Pick<ReleaseWatchOptions, 'reporter'> {
  if (reporter === undefined) return {};
  if (!wait) {
    throw new SluiceError('usage', '--reporter github shows a release while it is watched.', {
      remedy: 'Add --wait.',
    });
  }
  const run = readGithubRun(context.settings.environment);
  const { tell, command, settings } = context;
  const pageOf = (id: string): string =>
    `${(settings.apiUrl ?? '').replace(/\/$/, '')}/ui/r/${encodeURIComponent(id)}`;
  return { reporter: createDeploymentReporter({ run, tell, command, pageOf }) };
}

interface WhenBegun extends Pick<ReleaseStartOptions, 'wait' | 'timeoutMs' | 'exitOnPause' | 'until'> {
  readonly deployment: Pick<ReleaseWatchOptions, 'reporter'>;
}

/**
 * It waits for its turn: with `--wait` so does the command, and then it watches. The answer to a key that was used before is
 * the one of then: what has become of it is asked.
 */
async function whenBegun(
  context: CommandContext,
  answered: Queued,
  { wait, timeoutMs, exitOnPause, until, deployment }: WhenBegun,
): Promise<CommandOutcome> {
  const queued = await queuedNow(context, answered);
  const follow = `sluice release queue ${queued.app}`;
  if (!wait && queued.state === 'waiting')
    return { ...done(`${queuedLine(queued)}\n  See: ${follow}`, { queued }), word: 'queued' };
  const begun = await untilBegun(context, { queued, timeoutMs });
  if (typeof begun !== 'string') return begun;
  if (!wait)
    return done(`${queuedLine(queued)}\n  Follow it: sluice release watch ${begun}`, { queued }, begun);
  return releaseWatch(context, { id: begun, timeoutMs, exitOnPause, until, ...deployment });
}
