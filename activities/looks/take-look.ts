import { z } from 'zod';
import { clearGuardBlind } from '../../config-store/guards/guard-blindness.ts';
import { readLook, type StoredLook } from '../../config-store/looks/read-look.ts';
import { storeLook } from '../../config-store/looks/store-look.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { JsonObject } from '../../domain/json.ts';
import { judgedShareOf } from '../../domain/split/audience.ts';
import type { Split } from '../../domain/split/split.ts';
import type { LookArgs, LookResult } from './contract.ts';
import { heldToRows, passesNothing } from './held-to-rows.ts';
import { rowOfIncrements } from './judging/increments.ts';
import { storedState } from './judging/judged-state.ts';
import { lookVerdict } from './judging/look-verdict.ts';
import { measureLook, type LookParts, type MeasuredLook } from './measure-look.ts';
import { moved, superseded } from './moved-split.ts';

type Verdict = ReturnType<typeof lookVerdict>;
type Measurement = MeasuredLook['measurement'];

/** Absent in looks of before. */
const verdictSchema = z.looseObject({ verdict: z.string().optional() });

/**
 * Reads what there is, counts and judges it once, and stores what came of it: three statements, and one more where a
 * gateway has been gone without a word since the look before, or a guard was blind.
 */
export async function takeLook(parts: LookParts, asked: LookArgs): Promise<LookResult> {
  const { db } = parts;
  const grounds = await readLook(db, asked);
  const { release, split, served, unreadCommands, looks } = grounds;
  if (split?.version !== asked.splitVersion) {
    const { judgement } = looks.at(-1) ?? {};
    return moved({ release, version: split?.version, judgement, unreadCommands });
  }
  const args = heldToRows(asked, { served, weight: judgedShareOf(split), plan: release.plan });
  const measured = await measureLook(parts, grounds, split.counting, args);
  const { increments, measurement, taken, after, evidenceDigest } = measured;
  const judged = passesNothing(lookVerdict(measurement, args), served, args);
  const { verdict, ...why } = asStored(judged, taken);
  const { releaseId, stage, look, splitVersion, leaseMs } = args;
  const counts = rowOfIncrements(increments);
  const stored = await storeLook(db, {
    ...{ releaseId, stage, look, splitVersion, counts, judgement: judgementOf(measurement, judged) },
    progress: progressOf(args, split, measurement),
    ...(after === undefined ? {} : { state: storedState(after) }),
    ...(verdict === 'fail' ? {} : { leaseMs }),
  });
  // Where that fails, the next look does it.
  if (grounds.guardBlind) await clearGuardBlind(db, releaseId).catch(() => undefined);
  // Another has taken this very look in the meantime, and by that one the release goes on.
  if (taken === undefined && stored.stored === undefined) return takeLook(parts, asked);
  if (verdict !== 'fail' && !stored.renewed) {
    const { state } = await requireRelease(db, releaseId);
    return superseded(`the release is ${state}`, unreadCommands);
  }
  const { exposures, judgement } = measurement;
  return {
    ...{ verdict, ...why, exposures, unreadCommands, guardrails: judgement.guardrails },
    evidenceDigest,
  };
}

/** What was stored to be no pass is none, though it is judged again by what is known since: the next look is there for that. */
function asStored(said: Verdict, taken: StoredLook | undefined): Verdict {
  if (taken === undefined) return said;
  const { verdict: stored } = verdictSchema.parse(taken.judgement);
  if (said.verdict !== 'pass' || stored === undefined || stored === 'pass') return said;
  return { ...said, verdict: 'wait', reason: 'this look was taken before, and had not passed' };
}

/** Its verdict is stored with it: what a release goes on by stands in its rows (docs/decisions/0044). */
function judgementOf({ judgement, gaps, lost }: Measurement, { verdict, lacking }: Verdict): JsonObject {
  const { forbidden, worse, ...rest } = judgement;
  return {
    version: 2,
    ...rest,
    ...(forbidden === undefined ? {} : { forbidden: { ...forbidden } }),
    ...(worse === undefined ? {} : { worse: { ...worse } }),
    verdict,
    ...(lacking === undefined ? {} : { lacking }),
    guardrails: judgement.guardrails.map((guardrail) => ({ ...guardrail })),
    gaps: [...gaps],
    lost: { ...lost },
  };
}

/** What status and the event stream show. */
function progressOf(
  { look, heldMs, holdMs }: LookArgs,
  split: Pick<Split, 'weight' | 'counting'>,
  { judgement, exposures, callers, callersWord }: Measurement,
): JsonObject {
  return {
    ...{ weight: split.weight, look, hold: { elapsedMs: heldMs, totalMs: holdMs }, exposures },
    guardrails: judgement.guardrails.map((guardrail) => ({ ...guardrail })),
    ...(callers === undefined ? {} : { callers }),
    ...(callersWord === undefined ? {} : { callersWord }),
  };
}
