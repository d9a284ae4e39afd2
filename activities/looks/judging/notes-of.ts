import type { JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import type { StageLook } from '../due-looks.ts';
import type { FailedGuardrail } from '../contract.ts';

interface Noted {
  readonly newest: StageLook | undefined;
  readonly uncounted: readonly JudgedGuardrail[];
  readonly isHeld: boolean;
  readonly forbidden: FailedGuardrail | undefined;
}

/** By guardrail, what people are to know of it beside its figures; what weighs more stands over what weighs less. */
export function notesOf(
  judged: readonly JudgedGuardrail[],
  { newest, uncounted, isHeld, forbidden }: Noted,
): Record<string, string> {
  return {
    ...chosenNotes(judged),
    ...newest?.dryRuns,
    ...Object.fromEntries(
      uncounted.map(({ name }) => [name, newest?.unmeasured?.[name] ?? 'not counted by the gateways']),
    ),
    ...(isHeld ? holdingNotes(judged) : {}),
    ...(forbidden === undefined ? {} : { [forbidden.name]: forbidden.sentence }),
  };
}

function holdingNotes(judged: readonly JudgedGuardrail[]): Record<string, string> {
  return Object.fromEntries(
    judged.flatMap(({ name, dryRun, guardrail: { words } }) =>
      words.holds === undefined || dryRun ? [] : [[name, words.holds]],
    ),
  );
}

/** What the plan itself says of how a guardrail decides. */
function chosenNotes(judged: readonly JudgedGuardrail[]): Record<string, string> {
  return Object.fromEntries(
    judged.flatMap(({ name, dryRun, zeroTolerance }) => [
      ...(dryRun ? [[name, 'dry run: by the plan it decides nothing'] as const] : []),
      ...(zeroTolerance ? [[name, "zero tolerance: one bad event beyond stable's rate"] as const] : []),
    ]),
  );
}
