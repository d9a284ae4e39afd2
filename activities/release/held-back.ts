import { approvalsOf, isWritten, noteWaits } from '../../config-store/change-control/approvals.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { readStableWatch } from '../../config-store/stable-watch/read-stable-watch.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { frozenAt, frozenSentence } from '../../domain/policy/freeze.ts';
import type { RaiseResult } from '../split/contract.ts';

type Waiting = Extract<RaiseResult, { readonly kind: 'waiting' }>;

/**
 * What keeps a release from a larger share now: a freeze of the app's policy, an alarm of its stable watch, or approvals that
 * the stage has not got.
 * Undefined where nothing does. It stands in the release's row, where people look. `weight`: what the stage writes; absent
 * where the candidate becomes stable.
 */
export async function heldBack(
  db: Db,
  release: Pick<ReleaseRow, 'id' | 'app' | 'environment'>,
  {
    stage,
    operationId,
    weight,
  }: { readonly stage: string; readonly operationId: string; readonly weight?: number },
): Promise<Waiting | undefined> {
  const { id: releaseId, app, environment } = release;
  if (weight !== undefined && (await isNoRaise(db, release, weight))) return undefined;
  // An attempt whose answer was lost has written it: then nothing keeps it from having been.
  if (await isWritten(db, { app, environment, operationId })) return undefined;
  const waiting =
    (await frozen(db, app)) ?? (await alarmed(db, app)) ?? (await unapproved(db, releaseId, stage));
  if (waiting !== undefined) await noteWaits(db, releaseId, waiting);
  return waiting;
}

/** A step that is written anew, or compared with stable, has no larger share by it. */
async function isNoRaise(
  db: Db,
  { id, app, environment }: Pick<ReleaseRow, 'id' | 'app' | 'environment'>,
  weight: number,
): Promise<boolean> {
  const split = await readSplit(db, { app, environment });
  return split?.releaseId === id && weight <= split.weight;
}

async function frozen(db: Db, app: string): Promise<Waiting | undefined> {
  const { policy } = await readPolicy(db, app);
  const freeze = frozenAt(policy.freezes, Date.now());
  if (freeze === undefined) return undefined;
  return { kind: 'waiting', on: 'freeze', says: frozenSentence(freeze), untilMs: freeze.untilMs };
}

/** What a candidate would be compared with, or fall back to, is not what it was. */
async function alarmed(db: Db, app: string): Promise<Waiting | undefined> {
  const { alarm, alarmSays, liftedAt } = (await readStableWatch(db, app)) ?? {};
  if (alarm === undefined || liftedAt !== undefined) return undefined;
  const what = alarm === 'broken' ? 'stable is broken' : 'a model of stable has changed';
  const says = `the end of the stable watch's alarm, or sluice stable-watch lift ${app} (${what}: ${alarmSays ?? ''})`;
  return { kind: 'waiting', on: 'freeze', says };
}

async function unapproved(db: Db, releaseId: string, stage: string): Promise<Waiting | undefined> {
  const { given, needed } = await approvalsOf(db, { releaseId, stage });
  if (given >= needed) return undefined;
  const says = `approval of ${stage}: ${given} of ${needed}; sluice release approve ${releaseId}`;
  return { kind: 'waiting', on: 'approval', says };
}
