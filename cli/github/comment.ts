import { z } from 'zod';
import type { GithubClient } from './github-client.ts';
import type { GithubRun } from './github-run.ts';

const pageSize = 100;
/** As many comments are looked through as nobody reads. */
const mostPages = 50;

const commentSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  html_url: z.string().optional(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});
type Comment = z.output<typeof commentSchema>;

/** What tells a comment of ours from all others, and whose run wrote it. */
export interface Marker {
  readonly app: string;
  readonly environment: string;
  readonly run: Pick<GithubRun, 'id' | 'attempt'>;
}

/** The line that a comment begins with; HTML that nobody sees. */
export function markerLine({ app, environment, run }: Marker): string {
  return `${beginningOf({ app, environment })} run=${run.id}.${run.attempt} -->`;
}

function beginningOf({ app, environment }: Pick<Marker, 'app' | 'environment'>): string {
  return `<!-- sluice:${app}:${environment}`;
}

export interface CommentToWrite {
  readonly repository: string;
  /** Of the pull request. */
  readonly number: number;
  readonly marker: Marker;
  readonly body: string;
}

/** `newer`: one of a later run stands there, and stays. */
export type Commented =
  { readonly kind: 'written'; readonly url: string | undefined } | { readonly kind: 'newer' };

/**
 * Writes the one comment that an app has on a pull request: the former one is replaced, so that people find the verdict where
 * it was. Only a comment of the token's own is: the marker of anybody else's is no marker.
 */
export async function writeComment(
  client: GithubClient,
  { repository, number, marker, body }: CommentToWrite,
): Promise<Commented> {
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const former = await findFormer(client, comments, beginningOf(marker));
  if (former !== undefined && isLater(runIn(former), marker.run)) return { kind: 'newer' };
  const written =
    former === undefined
      ? await client.request('POST', comments, { body })
      : await client.request('PATCH', `/repos/${repository}/issues/comments/${former.id}`, { body });
  return { kind: 'written', url: commentSchema.parse(written).html_url };
}

async function findFormer(
  client: GithubClient,
  path: string,
  beginning: string,
): Promise<Comment | undefined> {
  const marked: Comment[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const answer = await client.request('GET', `${path}?per_page=${pageSize}&page=${page}`);
    const found = z.array(commentSchema).parse(answer);
    marked.push(...found.filter(({ body }) => body?.startsWith(`${beginning} `) === true));
    if (found.length < pageSize) break;
  }
  if (marked.length === 0) return undefined;
  const login = await ownLogin(client);
  return marked.findLast(({ user }) => (login === undefined ? user?.type === 'Bot' : user?.login === login));
}

/** Whose token it is; undefined for that of a workflow's run, which is a bot's and may not ask. */
async function ownLogin(client: GithubClient): Promise<string | undefined> {
  try {
    return z.object({ login: z.string() }).parse(await client.request('GET', '/user')).login;
  } catch {
    return undefined;
  }
}

function runIn({ body }: Comment): Marker['run'] | undefined {
  const [, id, attempt] = /^<!-- \S+ run=(\d+)\.(\d+) -->/.exec(body ?? '') ?? [];
  return id === undefined ? undefined : { id: Number(id), attempt: Number(attempt) };
}

function isLater(former: Marker['run'] | undefined, now: Marker['run']): boolean {
  if (former === undefined) return false;
  return former.id > now.id || (former.id === now.id && former.attempt > now.attempt);
}
