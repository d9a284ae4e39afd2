import { z } from 'zod';
import type { Pool } from 'pg';
import {
  advanceLiveScores,
  storeLiveScore,
  takeLiveAnswers,
  type TakenAnswer,
} from '../../config-store/live/live-scores.ts';
import type { NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { publishedSuiteSchema } from '../../domain/evaluation/suite.ts';
import { scoredGuardrails } from '../../domain/guardrail/scored.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import { openJudging } from '../../evals/judges/open-judging.ts';
import { prepareLiveScorer, type LiveScorer } from '../../evals/live/live-scorer.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import { eachAtOnce } from '../../evals/run/each-at-once.ts';
import type { SealingKeys } from '../../program/data-keys.ts';
import { open } from '../../program/sealing.ts';
import { parseJson } from '../../protocols/fields.ts';
import { readLiveAnswer } from '../../protocols/samples/live-answer.ts';
import type { SharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { judgesAdmitted, leastSight, sharedBudget } from '../evaluation/judges.ts';
import { horizonsOf } from '../looks/counting.ts';
import { requireContents } from '../looks/required-rows.ts';

export interface LiveScoringParts {
  readonly db: Pool;
  /** Of the environment whose judges are asked. */
  readonly binding: Binding;
  /** A gateway of it. */
  readonly gateway: PinnedClientOptions;
  readonly patience: Patience;
  readonly freshKeys: SealingKeys;
  readonly sandboxes: SharedSandboxes;
  /** Answers scored at a time. */
  readonly concurrency: number;
}

/** Answers scored before it is said again how far that is. */
const mostAtOnce = 200;
/** So long nobody else is given an answer that is taken; whose verdict takes longer may be asked for twice, and counts once. */
const claimMs = 20_000;
/** Gateways write what has ended once a second. */
const writtenWithinMs = 5_000;

/**
 * Scores what is there of a release's live answers, in the order of their admission, and says how far that is. Nothing
 * that callers wait for waits for it.
 *
 * Where its judge may say no more today, or its provider says nothing, answers wait: both arms end at the same admission.
 */
export async function scoreRelease(parts: LiveScoringParts, release: ReleaseRow): Promise<number> {
  const { db, sandboxes } = parts;
  const wanted = scoredGuardrails(release.plan.guardrails);
  if (wanted.length === 0) return 0;
  const graceMs = await graceOf(parts, release);
  return sandboxes.use(release.id, async (sandbox) => {
    const halt = haltable(parts);
    const admitted = await judgesAdmitted(db, parts.binding);
    const judging = openJudging({
      ...{ ...parts, budget: halt.budget, isAdmitted: ({ digest }: NamedJudge) => admitted.has(digest) },
    });
    const suites = z.array(publishedSuiteSchema).parse(release.suites);
    const scorers = new Map<string, LiveScorer>();
    let unprepared: string | undefined;
    for (const { name, suite } of wanted) {
      const own = suites.filter((each) => suite === undefined || each.name === suite);
      const scorer = orWhyNot(() => prepareLiveScorer(own, { sandbox, judging }));
      if (typeof scorer === 'string') unprepared = scorer;
      else if (scorer.decides) scorers.set(name, scorer);
    }
    const scored = scorers.size === 0 ? 0 : await scoreTaken(parts, release, { scorers, halt });
    const undecided = wanted.filter(({ name }) => !scorers.has(name));
    const why = unprepared ?? (undecided.length === 0 ? halt.why() : noneDecides);
    const sights = [...scorers].flatMap(([name, { judges }]) => {
      const sight = leastSight(judges, admitted);
      return sight === undefined ? [] : [[name, sight] as const];
    });
    await advanceLiveScores(db, {
      ...{ releaseId: release.id, guardrails: wanted.map(({ name }) => name), graceMs, stopped: why },
      sights: Object.fromEntries(sights),
    });
    return scored;
  });
}

const noneDecides = 'no suite says under `live` what an admitted judge, or no judge, decides';

/** What stands in the way, where that is something to be told: a judge that is not there, a key that is another one. */
function orWhyNot<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    if (error instanceof SluiceError) return messageOf(error);
    throw error;
  }
}

async function graceOf(
  { db }: LiveScoringParts,
  { app, revision, stable, plan }: ReleaseRow,
): Promise<number> {
  const contents = await requireContents(db, app, [revision, ...(stable === undefined ? [] : [stable])]);
  return horizonsOf(plan, [...contents.values()]).longHorizonMs + writtenWithinMs;
}

/** Says why nothing more can be scored now: then what has no score has to wait, and is not missing. */
interface Halt {
  readonly budget: ReturnType<typeof sharedBudget>;
  isUsedUp(): boolean;
  /** An answer cannot be opened: with its key it could be, so that it waits. */
  cannotOpen(why: string): void;
  why(): string | undefined;
}

function haltable({ db, patience }: LiveScoringParts): Halt {
  const budget = sharedBudget(db);
  let usedUp: string | undefined;
  let unopened: string | undefined;
  return {
    cannotOpen(why) {
      unopened = why;
    },
    budget: {
      async take(judge) {
        try {
          await budget.take(judge);
        } catch (error) {
          usedUp = `the judge "${judge.name}" has used its day up`;
          throw error;
        }
      },
    },
    isUsedUp: () => usedUp !== undefined,
    why() {
      const [silent] = patience.waits();
      const unsaid = silent === undefined ? undefined : `${silent.place} answers nothing: ${silent.why}`;
      return usedUp ?? unsaid ?? unopened;
    },
  };
}

async function scoreTaken(
  { db, freshKeys, concurrency }: LiveScoringParts,
  { id: releaseId }: ReleaseRow,
  { scorers, halt }: { readonly scorers: ReadonlyMap<string, LiveScorer>; readonly halt: Halt },
): Promise<number> {
  let scored = 0;
  const scoreOne = async (answer: TakenAnswer): Promise<void> => {
    if (halt.isUsedUp()) return;
    const text = orWhyNot(() => opened(answer, freshKeys));
    if (typeof text === 'string') {
      halt.cannotOpen(text);
      return;
    }
    const scores = await scoresOf(text, scorers);
    // Of the provider, not of the answer: another time it may have one.
    if (halt.why() !== undefined && Object.values(scores).includes(null)) return;
    if (await storeLiveScore(db, { id: answer.id, scores })) scored += 1;
  };
  // No more are taken than are scored at once: where it comes to a halt, no others wait for their claim to end.
  for (let seen = 0; seen < mostAtOnce && !halt.isUsedUp(); seen += concurrency) {
    const before = scored;
    const taken = await takeLiveAnswers(db, { releaseId, limit: concurrency, claimMs });
    if (taken.length === 0) break;
    await eachAtOnce(taken, { atOnce: concurrency }, scoreOne);
    // A provider that says nothing is asked again the next time: it may have come back.
    if (scored === before && halt.why() !== undefined) break;
  }
  return scored;
}

function opened({ body, ...place }: TakenAnswer, freshKeys: SealingKeys): Buffer {
  return open(freshKeys, { kind: 'live-answer', ...place }, body);
}

/** By guardrail; null where nobody can say it. */
async function scoresOf(
  text: Buffer,
  scorers: ReadonlyMap<string, LiveScorer>,
): Promise<Record<string, number | null>> {
  const answer = readLiveAnswer(parseJson(text.toString('utf8'), 'A live answer'));
  const entries = [...scorers].map(async ([name, scorer]) => {
    const score = answer === undefined ? undefined : await scorer.score(answer);
    return [name, score ?? null] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
