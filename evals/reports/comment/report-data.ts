import { z } from 'zod';
import { nameSchema } from '../../../domain/revision/names.ts';
import { caseStates } from './case-state.ts';

const text = (most: number) => z.string().max(most);
const count = z.int().min(0);

const placeSchema = z.strictObject({ file: text(500), line: z.int().min(1) });
/** A line of a file, from the top of the repository; 1 is the first. */
export type FilePlace = z.infer<typeof placeSchema>;

const caseSchema = z.strictObject({
  id: text(200),
  state: z.enum(caseStates),
  critical: z.boolean(),
  /** The gate holds it against the candidate. */
  held: z.boolean(),
  /** `3/5`, of the candidate, with what the fallbacks of its chain did. */
  tally: text(300),
  stableTally: text(40).exactOptional(),
  failedBy: z.array(z.strictObject({ assertion: text(40), metric: text(200).exactOptional() })).max(20),
  reasons: z.array(text(300)).max(3),
  /** The beginnings of what was asked and answered. */
  question: text(700).exactOptional(),
  answer: text(1100).exactOptional(),
  stableAnswer: text(1100).exactOptional(),
  /** Where it stands, from the top of the repository. */
  place: placeSchema.exactOptional(),
});

/** What outcomes are called: the last line of the command has the same words. */
export const gateOutcomes = ['passed', 'blocked', 'inconclusive', 'failed', 'aborted'] as const;

/**
 * What is said of an evaluation on a pull request, as data: what a job without rights hands on, and another one that has
 * them shows. It may come from whoever has opened the pull request: nothing in it is trusted to be more than text.
 */
export const gateReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  app: nameSchema,
  environment: nameSchema,
  candidate: text(128),
  stable: text(160).exactOptional(),
  outcome: z.enum(gateOutcomes),
  /** Rows of its table. */
  facts: z.array(z.strictObject({ name: text(40), candidate: text(600), stable: text(600) })).max(30),
  /** Why it is no pass. */
  why: z.array(text(1000)).max(30),
  /** Cases that were asked, and all that were planned. */
  asked: count,
  planned: count,
  /** All that do not pass as they did before, the worst first. */
  cases: z.array(caseSchema).max(5000),
  /** What differs from the revision that it was compared with: prompts by words, all else by value. */
  prompts: z.array(z.strictObject({ prompt: nameSchema, lines: text(20_000) })).max(20),
  values: z.array(z.strictObject({ path: text(200), from: text(300), to: text(300) })).max(50),
  seconds: z.number().min(0),
  /** Runs the same again. */
  command: text(500),
});
export type GateReport = z.infer<typeof gateReportSchema>;
export type ReportedCase = GateReport['cases'][number];
