import { z } from 'zod';
import type { LookGrounds } from '../../config-store/looks/read-look.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { LookResult } from './contract.ts';
import { boundNames, worstOf } from './judging/look-verdict.ts';
import { releaseActor } from '../split/operation-ids.ts';

export interface MovedSplit {
  readonly release: Pick<LookGrounds['release'], 'state' | 'ending' | 'decidedBy' | 'reason'>;
  /** Where it is now. */
  readonly version: number | undefined;
  /** What the newest look of the release concluded; absent before any. */
  readonly judgement: JsonValue | undefined;
  readonly unreadCommands: boolean;
}

/** A batch that was interrupted after it had withdrawn a candidate that fails is told so, not that somebody moved the split. */
export function moved({ release, version, judgement, unreadCommands }: MovedSplit): LookResult {
  const { state, ending, decidedBy, reason } = release;
  const other = superseded(`the split moved to version ${version ?? 0}`, unreadCommands);
  const own = state === 'rolling_back' && ending === 'rolled_back' && decidedBy === releaseActor;
  if (!own) return other;
  const guardrail = failedGuardrail(judgement);
  return {
    ...{ ...other, verdict: 'fail', reason: reason ?? other.reason },
    ...(guardrail === undefined ? {} : { guardrail }),
  };
}

const judgementSchema = z.looseObject({
  fail: z.boolean(),
  absolute: z.enum(['within', 'alarm', 'emergency']),
  forbidden: z.looseObject({ name: z.string() }).optional(),
  worse: z.looseObject({ name: z.string() }).optional(),
  guardrails: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string().exactOptional(),
      dryRun: z.literal(true).exactOptional(),
      evidence: z.number(),
    }),
  ),
});

/** Which guardrail a stored look has failed by, named as its verdict named it; undefined where the look does not say. */
function failedGuardrail(judgement: JsonValue | undefined): string | undefined {
  const parsed = judgementSchema.safeParse(judgement);
  if (!parsed.success) return undefined;
  const { fail, absolute, forbidden, worse, guardrails } = parsed.data;
  if (fail) return (forbidden ?? worse ?? worstOf(guardrails))?.name;
  return absolute === 'within' ? undefined : boundNames[absolute];
}

/** A look that has nothing to say: the step is not the release's any more. */
export function superseded(reason: string, unreadCommands: boolean): LookResult {
  return {
    verdict: 'superseded',
    reason,
    exposures: { candidate: 0, stable: 0 },
    guardrails: [],
    unreadCommands,
  };
}
