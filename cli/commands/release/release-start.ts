import { randomUUID } from 'node:crypto';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { releaseBlock } from '../../output/describe-release.ts';
import { done } from '../../output/outcome.ts';
import { packRelease } from '../../pack/pack.ts';
import { warningsOf } from '../../pack/warnings.ts';
import type { Command } from '../context.ts';
import { publishedAs } from '../published-as.ts';
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
    allowUntracked: options.allowDirty,
    settings: context.settings,
  });
  for (const warning of warningsOf(packed)) context.tell(`warning: ${warning}`);
  const plan = packed.plans[options.plan];
  if (plan === undefined) {
    throw new SluiceError('not_found', `${options.file} has no plan "${options.plan}".`, {
      remedy: `It has: ${Object.keys(packed.plans).join(', ')}.`,
    });
  }
  if (packed.uncommitted.length > 0) context.tell(`not committed: ${packed.uncommitted.join(', ')}`);
  const { label, content } = packed;
  // The revision goes with the start: what is refused publishes nothing.
  const release = await context.api().post<ReleaseDetail>(
    '/v1/releases',
    {
      app: packed.app,
      revision: { label, content },
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
  context.tell(publishedAs(label, { label: release.label, digest: release.revision }));
  context.tell(`started ${release.id}`);
  for (const sentence of release.health?.says ?? []) context.tell(`warning: ${sentence}`);
  const { timeoutMs, exitOnPause } = options;
  if (options.wait) return releaseWatch(context, { id: release.id, timeoutMs, exitOnPause });
  const text = `${releaseBlock(release, context.paint)}\n  Follow it: sluice release watch ${release.id}`;
  return done(text, { release }, release.id);
};
