import type { Pool } from 'pg';
import { readRefusals, type ReleaseRefusals } from '../../config-store/dashboard/read-refusals.ts';
import { SluiceError } from '../../domain/errors.ts';
import { percentWords } from '../../domain/explanation/words.ts';
import type { ReleaseState } from '../../domain/release/release.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import { assertOwnApp, authorize } from '../auth/authorize.ts';
import { releaseActions, type AllowedAction, type ReleaseAction } from '../schemas/dashboard/actions.ts';
import { actionNeeds } from './action-needs.ts';
import { approvalRefusal } from './approval-refusal.ts';
import { assertMayApprove } from './assert-may-approve.ts';
import { assertMayPromote } from './assert-may-promote.ts';

/** The release that is acted upon, as far as an action is about it. */
export interface ActedUpon {
  readonly id: string;
  readonly app: string;
  readonly environment: string;
  readonly revision: string;
  readonly label: string;
  readonly stableLabel?: string | undefined;
  readonly state: ReleaseState;
  readonly stage?: string | undefined;
  readonly approvalRole?: string | undefined;
  /** The share of its next step in percent; absent behind the last. */
  readonly nextWeight?: number | undefined;
  /** Where taking its revision out would lead, by label. */
  readonly wayBack?: string | undefined;
}

/**
 * What the caller may do with a release. Each action is asked of the very rules that its route applies: the token's rights,
 * the policy, and the functions of the database that refuse. What would be taken, and would change nothing, is not offered.
 */
export async function allowedActions(
  db: Pool,
  release: ActedUpon,
  caller: ApiCaller,
): Promise<AllowedAction[]> {
  const refusals = await readRefusals(db, { releaseId: release.id, subject: caller.subject });
  const asked = { db, release, caller, refusals };
  return Promise.all(releaseActions.map((action) => allowedAction(action, asked)));
}

interface Asked {
  readonly db: Pool;
  readonly release: ActedUpon;
  readonly caller: ApiCaller;
  readonly refusals: ReleaseRefusals;
}

async function allowedAction(action: ReleaseAction, asked: Asked): Promise<AllowedAction> {
  const { release, refusals } = asked;
  const { why, reasonNeeded } = await blockedBy(action, asked);
  const version = refusals.split.version ?? undefined;
  return {
    ...{ action, allowed: why === undefined, reasonNeeded, effect: effectOf(action, asked) },
    ...(why === undefined ? {} : { blockedReason: why }),
    ...(version === undefined ? {} : { expectedVersion: version }),
    request: { path: pathOf(action, release), body: bodyOf(action, asked) },
  };
}

async function blockedBy(
  action: ReleaseAction,
  asked: Asked,
): Promise<{ readonly why: string | undefined; readonly reasonNeeded: boolean }> {
  const rights = await whyNot(() => {
    authorize(asked.caller, actionNeeds[action]);
    assertOwnApp(asked.caller, asked.release.app);
  });
  const why = rights ?? useless(action, asked) ?? (await refusedBy(action, asked));
  if (action !== 'promote') return { why, reasonNeeded: false };
  const without = await whyNot(() => mayPromote(asked, undefined));
  return { why, reasonNeeded: why === undefined && without !== undefined };
}

/** The reason is asked for where it is needed: whether it is, is told beside. */
function mayPromote({ db, release, caller: { role } }: Asked, reason: string | undefined): Promise<void> {
  return assertMayPromote(db, release, { role, reason });
}

/** What the route takes, and nothing comes of. */
function useless(action: ReleaseAction, { release: { state }, refusals }: Asked): string | undefined {
  if (action === 'pause' && state === 'paused') return 'It is paused.';
  if (action === 'resume' && state === 'progressing') return 'It is not paused.';
  if (action === 'abort' && state === 'rolling_back') return 'It is being rolled back.';
  return action === 'rollback' ? (refusals.rollback ?? undefined) : undefined;
}

async function refusedBy(action: ReleaseAction, asked: Asked): Promise<string | undefined> {
  const { release, caller, refusals } = asked;
  switch (action) {
    case 'rollback':
      return undefined;
    case 'approve':
      return refusals.approve === null
        ? whyNot(() => {
            assertMayApprove(caller, release.approvalRole);
          })
        : approvalRefusal(release.id, refusals.approve).message;
    case 'promote':
      return (await whyNot(() => mayPromote(asked, 'given'))) ?? refusals.promote?.message;
    default:
      return refusals[action]?.message;
  }
}

async function whyNot(assert: () => void | Promise<void>): Promise<string | undefined> {
  try {
    await assert();
    return undefined;
  } catch (error) {
    if (error instanceof SluiceError && error.code !== 'unreachable') return error.message;
    throw error;
  }
}

function pathOf(action: ReleaseAction, { id, app }: ActedUpon): string {
  return action === 'rollback' ? `/v1/apps/${app}/rollback` : `/v1/releases/${id}/${action}`;
}

/** What whoever acts has seen goes along: where it has moved on, it is refused, and what moved is told. */
function bodyOf(
  action: ReleaseAction,
  { release: { environment, revision, stage, state }, refusals: { asked, split } }: Asked,
): AllowedAction['request']['body'] {
  const seen = {
    ...(stage === undefined ? {} : { expectedStage: stage }),
    ...(split.version === null ? {} : { expectedVersion: split.version, expectedWeight: split.weight }),
  };
  switch (action) {
    case 'approve':
      if (asked === null) return {};
      return { stage: asked.stage, revision, planDigest: asked.planDigest, evidence: asked.evidence };
    case 'rollback':
      return {
        ...{ environment, takeOut: revision },
        ...(split.version === null ? {} : { seen: { version: split.version, revision } }),
      };
    case 'promote':
      return { ...seen, ...(state === 'paused' ? { resume: true } : {}) };
    default:
      return seen;
  }
}

function effectOf(action: ReleaseAction, { release, refusals: { split, asked } }: Asked): string {
  const { label, environment, stableLabel = 'stable', nextWeight, wayBack } = release;
  const audience = split.audience ?? undefined;
  const of = audience === undefined ? environment : `its audience in ${environment}`;
  const share = percentWords(audience ?? split.weight);
  switch (action) {
    case 'pause':
      return `${label} stays at ${share} of ${of}; guardrails go on.`;
    case 'resume':
      return `${label} goes on from ${share} of ${of}.`;
    case 'approve':
      return asked === null
        ? 'Nothing waits for approval.'
        : `${asked.stage} may begin: approval ${asked.given.length + 1} of ${asked.needed}.`;
    case 'promote':
      return nextWeight === undefined
        ? `The rest of this step's hold is skipped after the next good check; ${label} is stable then.`
        : `The rest of this step's hold is skipped after the next good check: ${share}${audience === undefined ? '' : ' of its audience'} → ${percentWords(nextWeight)} of ${environment}.`;
    case 'abort':
      if (split.weight === 0 && audience === undefined) return `${label} is stopped; it serves nobody now.`;
      return `${share} → 0 % of ${of} at once: ${stableLabel} serves everybody, and ${label} is marked bad.`;
    case 'rollback':
      return `${label} is taken out of ${environment} at once and marked bad; ${wayBack ?? stableLabel} serves everybody.`;
  }
}
