import { z } from 'zod';
import { scopeIn } from './segments/scope.ts';

const shareSchema = z.number().min(0.1).max(10);

/** What every guardrail of a plan may say beside its margin; what is left out is as ever, and is not stored. */
export const optionFields = {
  share: shareSchema
    .exactOptional()
    .meta({ description: 'Its part of alpha beside the others, each of which has 1 where nothing is said' }),
  minSamples: z
    .int()
    .min(1)
    .max(100_000)
    .exactOptional()
    .meta({ description: "The candidate's units under a split version before it says anything" }),
  dryRun: z.boolean().exactOptional().meta({ description: 'Measured and shown, and decides nothing' }),
};

/** The same of one that has more than 1 where a plan says nothing; stored, so that plans of before keep their meaning. */
export function shareField(byItself: number) {
  return {
    share: shareSchema.default(byItself).meta({
      description: 'Its part of alpha beside the others, each of which has 1 where nothing is said',
    }),
  };
}

/** For bad events that must never happen. */
export const zeroToleranceField = {
  zeroTolerance: z
    .boolean()
    .exactOptional()
    .meta({ description: "The first bad event beyond what stable's rate gives takes the candidate back" }),
};

const optionsSchema = z.object({ ...optionFields, ...zeroToleranceField });

/** How one guardrail of a plan takes part in the decision. */
export interface GuardrailOptions {
  /** Weight beside the others; 0 where it is in no sum. */
  readonly weight: number;
  readonly minSamples: number;
  readonly dryRun: boolean;
  readonly zeroTolerance: boolean;
}

/** The options in settings as they are stored: bounds of then are not asked about. */
export function optionsIn(settings: Readonly<Record<string, unknown>>): GuardrailOptions {
  const { share = 1, minSamples = 0 } = numbersSchema.parse(settings);
  const dryRun = settings['dryRun'] === true;
  const zeroTolerance = settings['zeroTolerance'] === true;
  return { weight: dryRun || zeroTolerance ? 0 : share, minSamples, dryRun, zeroTolerance };
}
const numbersSchema = z.object({ share: z.number().optional(), minSamples: z.number().optional() });

/** What each guardrail's weight is a share of, over those of a stored plan that are on. */
export function sumOfWeights(
  guardrails: Readonly<Record<string, 'off' | Readonly<Record<string, unknown>>>>,
): number {
  return Object.values(guardrails).reduce(
    (sum, settings) => sum + (settings === 'off' ? 0 : optionsIn(settings).weight),
    0,
  );
}

/** Adds what is wrong with options that each are in their bounds. */
export function checkOptions(settings: unknown, context: z.RefinementCtx): void {
  const { data } = optionsSchema.safeParse(settings);
  if (data?.zeroTolerance !== true) return;
  const fault = (field: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  if (data.dryRun === true) fault('dryRun', 'what has zero tolerance decides: leave out one of the two');
  if (data.minSamples !== undefined)
    fault('minSamples', 'with zero tolerance the first bad event decides: it waits for no others');
  if (scopeIn(settings) !== undefined)
    fault(
      'scope',
      'with zero tolerance the first bad event decides, whatever segment it is in: leave it out',
    );
  if (data.share !== undefined)
    fault('share', 'with zero tolerance no evidence is added up: it has no part of alpha');
}
