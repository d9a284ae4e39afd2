import type { GithubClient } from './github-client.ts';
import type { GithubRun } from './github-run.ts';

export const gateCheck = 'sluice/gate';

/** How a gate ended: the words of the command's last line. */
export type CheckedOutcome = 'passed' | 'blocked' | 'inconclusive' | 'failed' | 'aborted';

/**
 * What a check concludes. Never `neutral` or `skipped`: those count as passed where a check is required, and nothing that is
 * not known passes.
 */
const conclusions: Record<CheckedOutcome, string> = {
  passed: 'success',
  blocked: 'failure',
  inconclusive: 'action_required',
  failed: 'action_required',
  aborted: 'cancelled',
};

const mostSummary = 65_000;

/** Writes the check of a gate on the commit that was pushed. `summary` is Markdown, of at most 65,535 characters. */
export async function writeCheck(
  client: GithubClient,
  run: Pick<GithubRun, 'repository' | 'headSha' | 'url'>,
  check: {
    readonly name: string;
    readonly app: string;
    readonly outcome: CheckedOutcome;
    readonly title: string;
    readonly summary: string;
  },
): Promise<void> {
  await client.request('POST', `/repos/${run.repository}/check-runs`, {
    name: check.name,
    head_sha: run.headSha,
    external_id: check.app,
    details_url: run.url,
    status: 'completed',
    conclusion: conclusions[check.outcome],
    output: { title: check.title, summary: check.summary.slice(0, mostSummary) },
  });
}
