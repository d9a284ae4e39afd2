import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Role } from '../../domain/access/roles.ts';
import { queryOne, queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';

/** Something that was done past the rules, and whether somebody else has looked at it since. */
export interface ReviewRow {
  readonly id: number;
  readonly kind: string;
  readonly app?: string;
  readonly environment?: string;
  readonly releaseId?: string;
  readonly actor: string;
  readonly details: JsonObject;
  readonly openedAt: string;
  readonly signedAt?: string;
  readonly signedBy?: string;
  readonly note?: string;
}

export interface ReviewFilter extends PageRequest {
  readonly state?: 'open' | 'signed' | undefined;
  readonly releaseId?: string | undefined;
  /** Of these apps only. */
  readonly apps?: readonly string[] | undefined;
}

/** Reviews, newest first. */
export function listReviews(
  db: Db,
  { state, releaseId, apps, ...page }: ReviewFilter,
): Promise<Page<ReviewRow>> {
  return queryPage<ReviewRow>(
    db,
    page,
    `select id, kind, app, environment, release_id as "releaseId", actor, details, opened_at as "openedAt",
       signed_at as "signedAt", signed_by as "signedBy", note, jsonb_build_array(id) as cursor
     from review where ($1::jsonb is null or id < ($1->>0)::bigint)
       and ($3::text is null or (signed_at is null) = ($3 = 'open'))
       and ($4::text is null or release_id = $4) and ($5::text[] is null or app = any($5))
     order by id desc limit $2`,
    [state, releaseId, apps],
  );
}

/** How many of a release nobody has signed off. */
export async function openReviewsOf(db: Db, releaseId: string): Promise<number> {
  const { open } = await queryOne<{ readonly open: number }>(
    db,
    'select count(*)::int as open from review where release_id = $1 and signed_at is null',
    [releaseId],
  );
  return open;
}

/** The app that a review is about. */
export async function appOfReview(db: Db, id: number): Promise<string | undefined> {
  const { app } = await queryOne<{ readonly app?: string }>(
    db,
    'select (select app from review where id = $1) as app',
    [id],
  );
  return app;
}

export interface Signature {
  readonly id: number;
  readonly actor: string;
  /** Whom the actor stands for. */
  readonly subject: string;
  readonly role: Role;
  readonly note: string;
}

/** `unknown`: it was done by an account that is nobody's whom Sluice knows, perhaps the signer's own. */
type SignResult =
  | { readonly kind: 'own' }
  | { readonly kind: 'unknown'; readonly account: string }
  | { readonly kind: 'signed'; readonly signedBy: string; readonly repeated: boolean };

/** Signs a review off. Throws `not_found`, and `forbidden` for whoever did what it is about, or may have. */
export async function signReview(
  db: Db,
  { id, actor, subject, role, note }: Signature,
): Promise<{ readonly signedBy: string; readonly repeated: boolean }> {
  const { result } = await queryOne<{ readonly result: SignResult }>(
    db,
    'select sign_review($1, $2, $3, $4, $5) as result',
    [id, actor, subject, note, role],
  );
  if (result.kind === 'own') {
    throw new SluiceError('forbidden', 'Nobody signs off what they did themselves.', {
      remedy: 'Have somebody else look at it.',
    });
  }
  if (result.kind === 'unknown') {
    const { account } = result;
    throw new SluiceError('forbidden', `It is not known whose account "${account}" is: it may be your own.`, {
      remedy: `Have an admin sign it off, or say whose it is in the policy's \`people\`.`,
    });
  }
  return { signedBy: result.signedBy, repeated: result.repeated };
}
