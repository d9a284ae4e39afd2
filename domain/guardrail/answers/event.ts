import { z } from 'zod';
import { durationMs, durationSchema, durationWithin } from '../../duration.ts';
import { nameSchema } from '../../revision/names.ts';
import { notAsked } from './answer-facts.ts';
import { toldValueSchema } from './told-value.ts';
import { badEventGuardrail, planRuleFields, ruleFields } from '../guardrail.ts';
import type { RequestCourse } from '../request-course.ts';

const boundsSchema = z
  .strictObject({ below: z.number().exactOptional(), above: z.number().exactOptional() })
  .refine(({ below, above }) => below !== undefined || above !== undefined, 'says `below`, `above` or both')
  .refine(
    ({ below = -Infinity, above = Infinity }) => below <= above,
    'with `below` over `above` every number is bad',
  );
/** A value as it can be told, several, or numbers beyond a bound. */
const badSchema = z.union([toldValueSchema, z.array(toldValueSchema).min(1).max(20), boundsSchema]);

/** Of a plan that was taken: its bounds of then are not asked about. */
const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const takenBadSchema = z.union([
  scalarSchema,
  z.array(scalarSchema),
  z.object({ below: z.number().exactOptional(), above: z.number().exactOptional() }),
]);
type Bad = z.infer<typeof takenBadSchema>;

const settings = z.object({
  ...{ ...ruleFields, event: z.string(), bad: takenBadSchema, within: durationSchema },
  zeroTolerance: z.boolean().optional(),
});
const countingSchema = z.object({
  ...{ event: z.string(), bad: takenBadSchema, withinMs: z.number() },
  /** Each answer is a unit: what must never happen may happen to the second answer of a subject as well. */
  eachAnswer: z.boolean().optional(),
});

/** Fewer candidate subjects than this cannot be told from the revisions. */
const leastSubjects = 20;

/**
 * What applications tell of answers after the fact: a thumb, an escalation, an order that was cancelled. Who tells chooses
 * of what, so a subject is one unit in a step, however much is told of it, and late news is of no unit. With zero tolerance
 * each answer is one.
 */
export const event = badEventGuardrail({
  name: 'event',
  settings,
  onlyNamed: true,
  canHaveZeroTolerance: true,
  canHaveSegments: true,
  callersDecide: true,
  planFields: {
    ratio: planRuleFields.ratio.default(1.25),
    floor: planRuleFields.floor.default(0.005),
    tolerance: planRuleFields.tolerance.default(2),
    event: nameSchema,
    bad: badSchema,
    within: durationWithin('1s', '1h').default('10m'),
  },
  words: {
    subject: 'events',
    bad: 'Answers of which `POST /v1/feedback` told the `event` with a `bad` value, `within` so long after the request began.',
  },
  leastUnits: { event: leastSubjects },
  settlesAfterMs: ({ within }) => durationMs(within),
  counting: ({ event: name, bad, within, zeroTolerance }) => ({
    ...{ event: name, bad, withinMs: durationMs(within) },
    ...(zeroTolerance === true ? { eachAnswer: true } : {}),
  }),
  dryRun: ({ counting }) => (countingSchema.safeParse(counting).success ? undefined : notAsked),
  observers(counting) {
    const known = countingSchema.safeParse(counting);
    if (!known.success) return {};
    const { event: name, bad, withinMs, eachAnswer } = known.data;
    const unit = eachAnswer === true ? 'request' : 'subject-in-step';
    const badAfterMs = (course: RequestCourse) => badEventAfterMs(course, name, bad);
    return { event: { unit, settlesAfterMs: withinMs, hears: name, badAfterMs } };
  },
});

/** Of an answer of the arm's own; nobody can tell anything of one that there was not. */
function badEventAfterMs(
  { failedAfterMs, ended, events }: RequestCourse,
  name: string,
  bad: Bad,
): number | undefined {
  if (failedAfterMs !== undefined || ended?.ending !== 'completed') return undefined;
  const told = events?.get(name) ?? [];
  return Math.min(Infinity, ...told.filter(({ value }) => isBad(value, bad)).map(({ afterMs }) => afterMs));
}

function isBad(value: string | number | boolean, bad: Bad): boolean {
  if (typeof bad !== 'object') return value === bad;
  if (Array.isArray(bad)) return bad.includes(value);
  if (typeof value !== 'number') return false;
  return value < (bad.below ?? -Infinity) || value > (bad.above ?? Infinity);
}
