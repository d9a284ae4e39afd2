import type { AskedApproval, Approved } from '../../../api/schemas/approvals.ts';
import type { ReleaseDetail } from '../../../api/schemas/releases.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { releaseBlock } from '../../output/describe-release.ts';
import { done } from '../../output/outcome.ts';
import type { Command, CommandContext } from '../context.ts';

export interface ReleaseApproveOptions {
  readonly id: string;
  /** What whoever approves has seen: refused where it is not that. */
  readonly stage?: string;
  readonly evidence?: string;
  readonly reason?: string;
  readonly yes: boolean;
}

/** What is asked is what was seen; a prefix of eight digits names the evidence. Throws `conflict`. */
function requireSeen({ stage, evidence }: AskedApproval, seen: ReleaseApproveOptions): void {
  if (seen.stage !== undefined && seen.stage !== stage) {
    throw new SluiceError('conflict', `It waits for approval of ${stage}, not of ${seen.stage}.`);
  }
  if (seen.evidence === undefined) return;
  if (seen.evidence.length >= 8 && evidence.startsWith(seen.evidence)) return;
  throw new SluiceError('conflict', `The evidence is ${evidence.slice(0, 12)}…, not ${seen.evidence}.`, {
    remedy: 'Look at it again: sluice release status.',
  });
}

/** At a terminal the question is put; elsewhere whoever approves says what they have seen, or that they mean it. */
async function requireMeant(context: CommandContext, asked: AskedApproval, options: ReleaseApproveOptions) {
  if (options.yes || options.evidence !== undefined) return;
  const isMeant = await context.ask?.(`Approve that ${asked.stage} begins? [y/N] `);
  if (isMeant === true) return;
  throw new SluiceError('usage', 'Nothing was approved.', {
    remedy: `Say what you have seen: --evidence ${asked.evidence.slice(0, 12)}; or --yes.`,
  });
}

/** Approves that the stage begins which the release waits for, on the evidence that is shown. */
export const releaseApprove: Command<ReleaseApproveOptions> = async (context, options) => {
  const { id, reason } = options;
  const path = `/v1/releases/${encodeURIComponent(id)}`;
  const release = await context.api().get<ReleaseDetail>(path);
  const { approval: asked } = release;
  if (asked === undefined) {
    throw new SluiceError('conflict', 'It does not wait for an approval.', {
      remedy: `See what it waits for: sluice release status ${id}`,
    });
  }
  requireSeen(asked, options);
  context.tell(releaseBlock(release, context.paintProgress));
  await requireMeant(context, asked, options);
  const { stage, revision, planDigest, evidence } = asked;
  const body = { stage, revision, planDigest, evidence, ...(reason === undefined ? {} : { reason }) };
  const result = await context.api().post<Approved>(`${path}/approve`, body);
  const told = result.woken ? '' : '; Temporal could not be told, the release looks for it within minutes';
  return done(`${stage} is approved: ${result.given} of ${result.needed}${told}.`, { ...result }, id);
};
