import type { CounterLooks, CounterState } from '../../../analysis/guardrails/judge-counters.ts';
import type { GuardrailJudgement, GuardrailLooks } from '../../../analysis/guardrails/judge-step.ts';
import { noCounts } from '../../../analysis/guardrails/look-counts.ts';
import type { Horizon } from '../../../domain/guardrail/arm-counts.ts';
import type { JudgedGuardrail } from '../../../domain/guardrail/registry.ts';
import { mustBeShown, type Plan } from '../../../domain/release/plan.ts';
import type { DueLook } from '../due-looks.ts';
import type { Increments } from './increments.ts';

/** What tests know of the looks before the newest ones. */
export interface Resumed {
  /** By the name of the guardrail, and by the key of each of its segments: of each counter. */
  readonly tests: Readonly<Record<string, readonly CounterState[]>>;
  /** How many looks are new. */
  readonly fresh: number;
}

/** A guardrail's looks for the judge: on the whole, and of each of its segments. */
export function guardrailLooks(
  all: readonly DueLook[],
  plan: Plan,
  judged: JudgedGuardrail,
  resumed: Resumed | undefined,
): GuardrailLooks {
  const { name, guardrail, rule, share, counters, segments } = judged;
  const { ratio, floor, tolerance } = rule;
  return {
    ...{ name, share, ratio, floor, holds: guardrail.onAlarm === 'hold' },
    ...(mustBeShown(plan) ? { tolerance } : {}),
    counters: counterLooks(all, { judged, counters, key: name }, resumed),
    segments: segments.map((segment) => ({
      name: segment.name,
      counters: counterLooks(all, { judged, counters: segment.counters, key: segment.key }, resumed),
    })),
  };
}

interface Counted {
  readonly judged: JudgedGuardrail;
  readonly counters: JudgedGuardrail['counters'];
  /** What the tests are kept under. */
  readonly key: string;
}

/** A look without a counter, or in a dry run, has counts of none: the evidence stays what it was, and the time goes on. */
function counterLooks(
  all: readonly DueLook[],
  { judged: { name, guardrail, minSamples }, counters, key }: Counted,
  resumed: Resumed | undefined,
): CounterLooks[] {
  const known = resumed?.tests[key];
  const looks = resumed === undefined || known === undefined ? all : all.slice(all.length - resumed.fresh);
  const of = (counter: string, horizon: Horizon) =>
    looks.flatMap((look) => {
      const isDry = look.dryRuns[name] !== undefined || look.dryRuns[key] !== undefined;
      const rows = (isDry ? undefined : look.counters[counter]?.[horizon]) ?? [];
      // What is due enters before the look's counts, those of an older version as well.
      return (rows.length === 0 ? [emptyLook(look)] : rows).map((row, i) =>
        i === 0 ? { ...row, due: look.due } : row,
      );
    });
  return counters.map((counter, i) => ({
    from: known?.[i],
    short: of(counter.name, 'short'),
    long: of(counter.name, 'long'),
    leastUnits: Math.max(minSamples, guardrail.leastUnits?.[counter.ofKind] ?? 0),
  }));
}

function emptyLook({ elapsedMs }: Increments) {
  return { splitVersion: 0, ...noCounts, elapsedMs };
}

/** Where the tests are afterwards, as `Resumed` has them. */
export function testsOf(
  judged: readonly JudgedGuardrail[],
  judgements: readonly GuardrailJudgement[],
): Resumed['tests'] {
  return Object.fromEntries(
    judgements.flatMap(({ name, states, segments }, i) => [
      [name, states] as const,
      ...segments.flatMap((each, k) => {
        const key = judged[i]?.segments[k]?.key;
        return key === undefined ? [] : [[key, each.states] as const];
      }),
    ]),
  );
}
