import { query, queryOne, type Db } from '../postgres/db.ts';

export interface GivenApproval {
  readonly actor: string;
  readonly subject: string;
  readonly at: string;
  readonly expiresAt: string;
  readonly reason?: string | null;
}

/** How a stage has ended, as it is shown to whoever approves the next one. */
export interface ShownStage {
  readonly stage: string;
  readonly outcome: string;
  readonly summary: string;
  readonly evidence: string | null;
  readonly endedMs: number;
}

/** What a release has to be approved for at present, what an approval binds, and who has given one. */
export interface ApprovalState {
  readonly stage: string;
  /** People. */
  readonly needed: number;
  readonly revision: string;
  readonly planDigest: string;
  /** SHA-256 of `shown`. */
  readonly evidence: string;
  readonly shown: ShownStage[];
  /** Subjects who may not approve it. */
  readonly authors: string[];
  readonly role: string;
  readonly given: GivenApproval[];
}

/** What a release waits to be approved for; absent where nothing has to be approved now. */
export async function readAskedApproval(db: Db, releaseId: string): Promise<ApprovalState | undefined> {
  const [row] = await query<{ readonly asked?: ApprovalState }>(
    db,
    'select approval_asked(release) as asked from release where id = $1',
    [releaseId],
  );
  const asked = row?.asked;
  if (asked === undefined) return undefined;
  const iso = (text: string): string => new Date(text).toISOString();
  const given = asked.given.map((each) => ({ ...each, at: iso(each.at), expiresAt: iso(each.expiresAt) }));
  return { ...asked, given };
}

export interface ApprovalToGive {
  readonly releaseId: string;
  readonly stage: string;
  readonly revision: string;
  readonly planDigest: string;
  readonly evidence: string;
  readonly actor: string;
  readonly subject: string;
  readonly reason?: string | undefined;
}

/** `author`: they wrote what they would approve; `moved`: it is not what they were shown; `not-asked`: nor is it asked now. */
export type ApprovalResult =
  | { readonly kind: 'approved'; readonly given: number; readonly needed: number }
  | { readonly kind: 'author' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'not-asked'; readonly stage?: string | null };

/** Records an approval, if it is for what is there now. Throws `not_found`. */
export async function approve(db: Db, approval: ApprovalToGive): Promise<ApprovalResult> {
  const { result } = await queryOne<{ readonly result: ApprovalResult }>(
    db,
    'select approve($1, $2, $3, $4, $5, $6, $7, $8) as result',
    [
      ...[approval.releaseId, approval.stage, approval.revision, approval.planDigest, approval.evidence],
      ...[approval.actor, approval.subject, approval.reason],
    ],
  );
  return result;
}

/** Whether a stage may begin: how many approvals it has that count, of how many. */
export async function approvalsOf(
  db: Db,
  { releaseId, stage }: { readonly releaseId: string; readonly stage: string },
): Promise<{ readonly given: number; readonly needed: number }> {
  return queryOne(
    db,
    `select (select count(*)::int from valid_approvals(release, $2)) as given,
       coalesce((select max(needed) from demanded_approvals(release) d where d.stage = $2), 0) as needed
     from release where id = $1`,
    [releaseId, stage],
  );
}

export interface Waits {
  readonly on: 'approval' | 'freeze';
  /** As a sentence. */
  readonly says: string;
  readonly untilMs?: number | undefined;
}

/** Notes what the next step of an open release waits for; its raise, or its end, takes the note away. */
export async function noteWaits(db: Db, releaseId: string, { on, says, untilMs }: Waits): Promise<void> {
  await query(
    db,
    `with changed as (
       update release set waits_on = $2, waits_for = $3, waits_until = to_timestamp($4::double precision / 1000),
         waits_since = case when waits_on = $2 then waits_since else now() end
       where id = $1 and closed_at is null and (waits_on, waits_for) is distinct from ($2, $3) returning id)
     select pg_notify('sluice_release', id) from changed`,
    [releaseId, on, says, untilMs],
  );
}

/** Subjects who have a hand in what a release brings. */
export async function authorsOf(db: Db, releaseId: string): Promise<string[]> {
  const { authors } = await queryOne<{ readonly authors: string[] }>(
    db,
    'select authors_of(release) as authors from release where id = $1',
    [releaseId],
  );
  return [...new Set(authors)];
}

/** Was this write of a split done before? */
export async function isWritten(
  db: Db,
  {
    app,
    environment,
    operationId,
  }: { readonly app: string; readonly environment: string; readonly operationId: string },
): Promise<boolean> {
  const rows = await query(
    db,
    'select from split_history where app = $1 and environment = $2 and operation_id = $3',
    [app, environment, operationId],
  );
  return rows.length > 0;
}
