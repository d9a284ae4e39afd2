import { z } from 'zod';
import type { Counting } from '../../split/split.ts';

/** How far the candidate's mean may be on the worse side of stable's: in the value's unit, or as a share of stable's. */
export interface AllowedDifference {
  readonly by: 'difference' | 'ratio';
  readonly of: number;
}

export interface MeanRule {
  readonly worse: 'higher' | 'lower';
  readonly margin: AllowedDifference;
  /** With `confidence`: the mean must be shown to be within this. */
  readonly tolerance: AllowedDifference;
}

/** How much of a difference those who say the numbers see, 0..1: of a judge its sensitivity + specificity - 1; 95 %. */
export const judgesSightSchema = z.object({
  ...{ estimate: z.number(), lower: z.number(), upper: z.number() },
});
export type JudgesSight = z.infer<typeof judgesSightSchema>;

/** What a gateway knows of an answer when it has ended. */
export interface AnswerNumbers {
  readonly tokens: number | undefined;
  /** Undefined where usage or price is unknown. */
  readonly costUsd: number | undefined;
}

/** In a split's counting: what is observed for the guardrails of means, by their names in the plan. */
const observedSchema = z.object({
  kind: z.string(),
  least: z.number().optional(),
  most: z.number().optional(),
  /** Why values cannot be judged yet. */
  dryRun: z.string().optional(),
});
export type ObservedCounting = z.infer<typeof observedSchema>;

const meansSchema = z.object({
  /** By gateways; the database lets them tell of nothing else. */
  observed: z.record(z.string(), observedSchema).default({}),
  /** By others. */
  scored: z.record(z.string(), observedSchema).default({}),
  /** An answer that began so long ago has ended, in milliseconds. */
  endedMs: z.number().default(0),
});
export type MeansCounting = z.infer<typeof meansSchema>;

/** What a split says of means; nothing where it says nothing that this program understands. */
export function meansIn(counting: Counting | undefined): MeansCounting {
  return meansSchema.safeParse(counting ?? {}).data ?? { observed: {}, scored: {}, endedMs: 0 };
}

/** Settings as a plan stores them: without defaults. */
export const meanSettings = z.object({ margin: z.number(), tolerance: z.number() });

/** The same as a plan's file may have them, as shares of stable's mean. */
export function ratioFields(defaults: { readonly margin: number; readonly tolerance: number }) {
  return {
    margin: z
      .number()
      .min(0)
      .max(10)
      .default(defaults.margin)
      .meta({ description: "How far the candidate's mean may lie above stable's, as a share of it" }),
    tolerance: z.number().min(0.01).max(10).default(defaults.tolerance).meta({
      description: 'With `confidence`: within which share it must be shown to lie',
    }),
  };
}

/** What a mean has no part in: it is counted by no counter. */
export const noCounters = {
  kind: 'mean',
  onAlarm: 'take-back',
  callersDecide: true,
  counters: [],
  observers: () => ({}),
} as const;
