import fc from 'fast-check';
import type { JsonValue } from '../../../domain/json.ts';
import { judgedGuardrails } from '../../../domain/guardrail/registry.ts';
import { planSchema } from '../../../domain/release/plan.ts';
import type { StageLook } from '../due-looks.ts';
import { forbiddenEvent } from './forbidden-event.ts';
import { countedBefore, rowOfIncrements } from './increments.ts';
import { judgeLooks, type JudgedLooks } from './judge-looks.ts';
import { judgedStateOf, stateAfter, storedState, type JudgedState } from './judged-state.ts';

const scope = { label: 'tenant', values: ['acme', 'initech'] };
const plan = planSchema.parse({ confidence: true, guardrails: { latency: { scope } } });
const counters = judgedGuardrails(plan).flatMap((judged) =>
  [judged, ...judged.segments].flatMap((of) => of.counters.map(({ name }) => name)),
);
const stages = ['canary-5', 'canary-25', 'canary-100'];

const count = fc.record({ exposed: fc.nat(60), bad: fc.nat(5) });
const lookOf = fc.record({
  elapsedMs: fc.integer({ min: 0, max: 60_000 }),
  late: fc.boolean(),
  isDry: fc.boolean(),
  counts: fc.array(count, { minLength: 4, maxLength: 4 }),
});

/** Looks of three stages in turn, with the rows of a version before among them. */
function looksOf(drawn: readonly (typeof lookOf extends fc.Arbitrary<infer T> ? T : never)[]): StageLook[] {
  return drawn.map(({ elapsedMs, late, isDry, counts }, i) => {
    const step = Math.floor((3 * i) / drawn.length);
    const row = (splitVersion: number, shift: number) => {
      const [candidate, stable] = [counts[shift]!, counts[shift + 1]!];
      return {
        ...{ splitVersion, elapsedMs: shift === 0 ? elapsedMs : 0 },
        ...{ candidateExposed: candidate.exposed + candidate.bad, candidateBad: candidate.bad },
        ...{ stableExposed: 3 * stable.exposed + stable.bad, stableBad: stable.bad },
      };
    };
    const rows = [row(step + 1, 0), ...(late && step > 0 ? [row(step, 2)] : [])];
    return {
      ...{ stage: stages[step]!, elapsedMs, dryRuns: isDry ? { slowdown: 'dry run' } : {} },
      counters: Object.fromEntries(counters.map((name) => [name, { short: rows, long: rows }])),
    };
  });
}

/** Judges look by look, each from what the one before has stored. */
function resumed(looks: readonly StageLook[], rules: number) {
  let state: JudgedState | undefined;
  let judged: JudgedLooks | undefined;
  for (const [i, look] of looks.entries()) {
    const before = state && judgedStateOf(JSON.parse(JSON.stringify(storedState(state))) as JsonValue);
    const all = [...(before?.looks.condensed ?? []), ...(before?.looks.recent ?? []), look];
    const present = { stage: look.stage, weight: 5, splitVersion: 3, minExposures: 50 };
    judged = judgeLooks(all, { plan, rules }, present, before && { tests: before.tests, fresh: 1 });
    state = stateAfter(before, {
      ...{ at: { stage: look.stage, look: i }, splitVersion: 1, increments: look },
      ...{ counts: rowOfIncrements(look), tests: judged.tests, means: {} },
    });
  }
  return { judged, state };
}

it.each([1, 2])('judges from its stored state as from all looks, to 1e-12 (rules %d)', (rules) => {
  fc.assert(
    fc.property(fc.array(lookOf, { minLength: 1, maxLength: 12 }), (drawn) => {
      const looks = looksOf(drawn);
      const present = { stage: looks.at(-1)!.stage, weight: 5, splitVersion: 3, minExposures: 50 };
      const { tests: _, ...whole } = judgeLooks(looks, { plan, rules }, present);
      const { tests: __, ...found } = resumed(looks, rules).judged!;
      const figures = ({ guardrails }: typeof whole) => guardrails.map(({ evidence }) => evidence);
      expect({ ...found, guardrails: [] }).toEqual({ ...whole, guardrails: [] });
      for (const [i, evidence] of figures(found).entries())
        expect(Math.abs(evidence - figures(whole)[i]!)).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(evidence)),
        );
    }),
    { numRuns: 12 },
  );
});

it('keeps the sums of all looks, and as much of them after 400 as after 100', () => {
  const counts = Array.from({ length: 4 }, (_, i) => ({ exposed: 3 * i, bad: i }));
  const drawn = (length: number) =>
    looksOf(Array.from({ length }, () => ({ elapsedMs: 10, late: true, isDry: false, counts })));
  const folded = (looks: readonly StageLook[]) =>
    looks.reduce<JudgedState | undefined>(
      (before, look, i) =>
        stateAfter(before, {
          ...{ at: { stage: look.stage, look: i }, splitVersion: 1, increments: look, counts: i },
          ...{ tests: {}, means: {} },
        }),
      undefined,
    )!;
  const [few, many] = [folded(drawn(100)), folded(drawn(400))];
  const size = (state: JudgedState) => JSON.stringify(storedState(state)).length;
  expect(size(many)).toBeLessThan(1.1 * size(few));
  const all = [...many.looks.condensed, ...many.looks.recent];
  for (const version of [1, 2, 3])
    expect(countedBefore(all, 'errors', 'long', version)).toEqual(
      countedBefore(drawn(400), 'errors', 'long', version),
    );
});

it('takes a forbidden event for one at the same look as from all rows, long after the looks were added up', () => {
  const harm = { name: 'harm', kind: 'event', event: 'harm', bad: true, zeroTolerance: true };
  const strict = judgedGuardrails(planSchema.parse({ guardrails: [harm] }));
  const lookAt = fc.record({ stable: fc.nat(3), step: fc.nat(2), late: fc.boolean() });
  fc.assert(
    fc.property(fc.array(lookAt, { minLength: 60, maxLength: 90 }), fc.nat(90), (drawn, at) => {
      const looks = drawn
        .toSorted((a, b) => a.step - b.step)
        .map(({ stable, step, late }, i): StageLook => {
          const row = { splitVersion: late && step > 0 ? step : step + 1, elapsedMs: 10 };
          const candidateBad = i === Math.min(at, drawn.length - 1) ? 1 : 0;
          const counts = { candidateExposed: 5, candidateBad, stableExposed: 40 * stable, stableBad: 0 };
          return {
            ...{ stage: stages[step]!, elapsedMs: 10, dryRuns: {} },
            counters: { 'event:harm': { short: [], long: [{ ...row, ...counts }] } },
          };
        });
      let state: JudgedState | undefined;
      for (const [i, look] of looks.entries()) {
        // A worker that has just begun reads what the one before has stored.
        const before = state && judgedStateOf(JSON.parse(JSON.stringify(storedState(state))) as JsonValue);
        const known = [...(before?.looks.condensed ?? []), ...(before?.looks.recent ?? []), look];
        const found = forbiddenEvent(known, strict);
        expect(found).toEqual(forbiddenEvent(looks.slice(0, i + 1), strict));
        expect(found !== undefined).toBe(i >= Math.min(at, drawn.length - 1));
        state = stateAfter(before, {
          ...{ at: { stage: look.stage, look: i }, splitVersion: 1, increments: look, counts: i },
          ...{ tests: {}, means: {} },
        });
      }
    }),
    { numRuns: 4 },
  );
});

it('does not understand what another version of Sluice has stored', () => {
  expect(judgedStateOf({ version: 3 })).toBeUndefined();
  expect(judgedStateOf(undefined)).toBeUndefined();
});
