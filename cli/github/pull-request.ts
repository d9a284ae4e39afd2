import { z } from 'zod';
import type { GithubClient } from './github-client.ts';
import type { GithubRun } from './github-run.ts';

const pullsSchema = z.array(z.object({ number: z.int(), head: z.object({ sha: z.string() }) }));

/**
 * The number of the pull request that a run is about; undefined where there is none, or where its head has moved on. Of a run
 * that another has started it is found by what GitHub says of that one, never by what its artifact says.
 */
export async function pullRequestOf(
  client: GithubClient,
  { about, repository, headSha }: Pick<GithubRun, 'about' | 'repository' | 'headSha'>,
): Promise<number | undefined> {
  if (about.kind === 'pull-request') return about.number;
  if (about.kind === 'other') return undefined;
  const head = encodeURIComponent(`${about.owner}:${about.branch}`);
  const found = await client.request(
    'GET',
    `/repos/${repository}/pulls?state=open&head=${head}&per_page=100`,
  );
  return pullsSchema.parse(found).find((pull) => pull.head.sha === headSha)?.number;
}
