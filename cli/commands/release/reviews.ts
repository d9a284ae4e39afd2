import type { Review } from '../../../api/schemas/approvals.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { moreHint } from '../more-hint.ts';

interface ReviewListOptions {
  readonly all: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

function reasonOf({ details }: Review): string {
  const { reason } = details;
  return typeof reason === 'string' ? reason : '';
}

/** Lists what was done past the rules and nobody else has looked at yet. */
export const reviewList: Command<ReviewListOptions> = async (context, { all, limit, cursor }) => {
  const query = new URLSearchParams({ limit: String(limit), ...(all ? {} : { state: 'open' }) });
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context
    .api()
    .get<{ readonly items: Review[]; readonly nextCursor?: string }>(`/v1/reviews?${query.toString()}`);
  const rows = page.items.map((review) => [
    ...[String(review.id), review.kind, review.app ?? '', review.actor, review.openedAt],
    ...[review.signedBy === undefined ? 'needs review' : `signed by ${review.signedBy}`, reasonOf(review)],
  ]);
  const heads = ['ID', 'KIND', 'APP', 'BY', 'AT', 'STATE', 'REASON'];
  const text = rows.length === 0 ? 'Nothing needs review.' : table([heads, ...rows]);
  return done(text + moreHint(all ? 'review list --all' : 'review list', { limit }, page.nextCursor), {
    ...page,
  });
};

/** Signs off what somebody else did past the rules. */
export const reviewSign: Command<{ readonly id: string; readonly note: string }> = async (
  context,
  { id, note },
) => {
  const path = `/v1/reviews/${encodeURIComponent(id)}/sign`;
  const signed = await context
    .api()
    .post<{ readonly id: number; readonly signedBy: string; readonly repeated: boolean }>(path, { note });
  const text = signed.repeated
    ? `It was signed off before, by ${signed.signedBy}.`
    : `Review ${id} is signed off.`;
  return done(text, { ...signed });
};
