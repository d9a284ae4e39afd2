import { z } from 'zod';
import type { Binding } from '../domain/revision/binding.ts';
import {
  createDataKeys,
  createSealingKeys,
  requireKeysOfTheirOwn,
  type DataKeys,
  type SealingKeys,
} from '../program/data-keys.ts';
import { parseSettings } from '../program/parse-settings.ts';
import { dataKeysSchema, freshKeysOf, readBinding, readEnvironments } from '../program/settings.ts';
import { programSettings, programVariables, type ProgramSettings } from './program-settings.ts';

/** What evaluations and mirror replays need. */
export const evaluationVariables = {
  SLUICE_ENVIRONMENTS_FILE: z.string().min(1),
  SLUICE_STAGING_ENVIRONMENT: z.string().min(1).default('staging'),
  SLUICE_STAGING_GATEWAY_URL: z.url(),
  /** A gateway of production, by which a candidate's targets are probed there. */
  SLUICE_PRODUCTION_GATEWAY_URL: z.url().optional(),
  SLUICE_DATA_KEY: dataKeysSchema,
  SLUICE_INTERNAL_TOKEN: z.string().min(16),
  SLUICE_EVAL_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(16),
  /** How long a provider may answer nothing before an evaluation or a mirror replay is given up. */
  SLUICE_EVAL_PATIENCE_MS: z.coerce.number().int().min(1_000).max(3_600_000).default(120_000),
};

export const settingsSchema = z.object({
  ...programVariables,
  ...evaluationVariables,
  /** No other worker opens fresh samples. */
  SLUICE_FRESH_KEY: dataKeysSchema.optional(),
  /** Seals what mirrors keep for people to see. */
  SLUICE_MIRROR_KEY: dataKeysSchema.optional(),
});

export interface EvaluationSettings {
  readonly staging: {
    readonly environment: string;
    readonly gatewayUrl: string;
    readonly binding: Binding;
  };
  /** Where stable is asked and probed as callers have it; the binding says what its models cost there. */
  readonly production: { readonly gatewayUrl: string | undefined; readonly binding: Binding };
  readonly dataKeys: DataKeys;
  /** What fresh samples are sealed with; without, none are read. */
  readonly freshKeys?: SealingKeys;
  /** What mirrored answers are kept by, for people to see; without, none are kept. */
  readonly mirrorKeys?: SealingKeys;
  readonly internalToken: string;
  /** Calls in flight of one provider's model, at most. */
  readonly concurrency: number;
  readonly patienceMs: number;
}

/** The evaluation worker's settings from its environment. Throws `usage` or `invalid_file` naming what is wrong. */
export function readEvaluationSettings(
  variables: NodeJS.ProcessEnv,
): ProgramSettings & { readonly evaluation: EvaluationSettings } {
  const settings = parseSettings('evaluation worker', settingsSchema, variables);
  const evaluation = evaluationSettings(settings);
  const fresh = freshKeysOf(settings.SLUICE_FRESH_KEY, evaluation.dataKeys);
  const mirror = mirrorKeysOf(settings.SLUICE_MIRROR_KEY, { ...evaluation, ...fresh });
  return { ...programSettings(settings), evaluation: { ...evaluation, ...fresh, ...mirror } };
}

function mirrorKeysOf(
  given: readonly [Buffer, ...Buffer[]] | undefined,
  { dataKeys, freshKeys }: Pick<EvaluationSettings, 'dataKeys' | 'freshKeys'>,
): { readonly mirrorKeys?: SealingKeys } {
  if (given === undefined) return {};
  const mirrorKeys = createSealingKeys(given);
  requireKeysOfTheirOwn({
    SLUICE_DATA_KEY: dataKeys,
    SLUICE_FRESH_KEY: freshKeys,
    SLUICE_MIRROR_KEY: mirrorKeys,
  });
  return { mirrorKeys };
}

export function evaluationSettings(
  settings: z.output<z.ZodObject<typeof evaluationVariables>>,
): EvaluationSettings {
  const environment = settings.SLUICE_STAGING_ENVIRONMENT;
  const path = settings.SLUICE_ENVIRONMENTS_FILE;
  // What the models cost stands there.
  const binding = readBinding({ path, environment });
  return {
    staging: {
      environment,
      gatewayUrl: settings.SLUICE_STAGING_GATEWAY_URL,
      binding,
    },
    production: {
      gatewayUrl: settings.SLUICE_PRODUCTION_GATEWAY_URL,
      binding: readEnvironments(path)['production'] ?? binding,
    },
    dataKeys: createDataKeys(settings.SLUICE_DATA_KEY),
    internalToken: settings.SLUICE_INTERNAL_TOKEN,
    concurrency: settings.SLUICE_EVAL_CONCURRENCY,
    patienceMs: settings.SLUICE_EVAL_PATIENCE_MS,
  };
}
