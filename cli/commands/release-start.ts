import { randomUUID } from 'node:crypto';
import type { PublishedRevision } from '../../api/schemas/apps.ts';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import { SluiceError } from '../../domain/errors.ts';
import { releaseBlock } from '../output/describe-release.ts';
import { done } from '../output/outcome.ts';
import { packRelease, type Packed } from '../spec/pack.ts';
import type { Command, CommandContext } from './context.ts';
import { releaseWatch } from './release-watch.ts';

export interface ReleaseStartOptions {
  file: string;
  plan: string;
  label?: string;
  wait: boolean;
  exitOnPause: boolean;
  timeoutMs: number;
  retry: boolean;
  /** Gates to leave out, as whoever the policy lets do so. */
  skipEvaluation: boolean;
  skipMirror: boolean;
  reason?: string;
  idempotencyKey?: string;
  allowDirty: boolean;
}

/** Publishes what was packed and tells under which label it is known. */
export async function publish(context: CommandContext, packed: Packed): Promise<PublishedRevision> {
  const { app, label, content, provenance } = packed;
  const published = await context
    .api()
    .post<PublishedRevision>('/v1/revisions', { app, label, content, provenance });
  const known = published.label === label ? '' : ` (the same content was published as ${published.label})`;
  context.tell(`published ${label} as ${published.digest.slice(0, 16)}…${known}`);
  return published;
}

function skipsOf({ skipEvaluation, skipMirror }: ReleaseStartOptions): { skip?: string[] } {
  const skip = [...(skipEvaluation ? ['evaluation'] : []), ...(skipMirror ? ['mirror'] : [])];
  return skip.length === 0 ? {} : { skip };
}

/** Starts a release of what `sluice.yaml` says, and with `--wait` watches it to its end. */
export const releaseStart: Command<ReleaseStartOptions> = async (context, options) => {
  const packed = await packRelease({
    file: options.file,
    label: options.label,
    allowDirty: options.allowDirty,
    settings: context.settings,
  });
  const plan = packed.plans[options.plan];
  if (plan === undefined) {
    throw new SluiceError('not_found', `${options.file} has no plan "${options.plan}".`, {
      remedy: `It has: ${Object.keys(packed.plans).join(', ')}.`,
    });
  }
  if (packed.uncommitted.length > 0) context.tell(`not committed: ${packed.uncommitted.join(', ')}`);
  const { digest } = await publish(context, packed);
  const release = await context.api().post<ReleaseDetail>(
    '/v1/releases',
    {
      app: packed.app,
      revision: digest,
      planName: options.plan,
      plan,
      suites: packed.suites,
      provenance: packed.provenance,
      retry: options.retry,
      ...skipsOf(options),
      ...(options.reason === undefined ? {} : { reason: options.reason }),
    },
    options.idempotencyKey ?? randomUUID(),
  );
  context.tell(`started ${release.id}`);
  const { timeoutMs, exitOnPause } = options;
  if (options.wait) return releaseWatch(context, { id: release.id, timeoutMs, exitOnPause });
  const text = `${releaseBlock(release, context.paint)}\n  Follow it: sluice release watch ${release.id}`;
  return done(text, { release }, release.id);
};
