import { unknownPlan } from '../../domain/refusals.ts';
import type { Packed } from './pack.ts';

export interface ReleaseChoice {
  readonly file: string;
  readonly plan: string;
  /** Gates to leave out, as whoever the policy lets do so. */
  readonly skipEvaluation: boolean;
  readonly skipMirror: boolean;
  readonly retry: boolean;
  readonly reason?: string;
  /** Where another release of the app is open. */
  readonly ifBusy?: 'fail' | 'queue' | 'supersede';
}

/**
 * What the API is sent of a release: the revision goes with it, so that what is refused publishes nothing. Throws
 * `not_found` where the file has no such plan.
 */
export function releaseBody(packed: Packed, choice: ReleaseChoice): Record<string, unknown> {
  const { file, plan: planName, retry, reason, ifBusy } = choice;
  const plan = packed.plans[planName];
  if (plan === undefined) throw unknownPlan(file, planName, packed.plans);
  const { app, label, content, suites, provenance } = packed;
  const skip = [...(choice.skipEvaluation ? ['evaluation'] : []), ...(choice.skipMirror ? ['mirror'] : [])];
  return {
    ...{ app, revision: { label, content }, planName, plan, suites, provenance, retry },
    ...(skip.length === 0 ? {} : { skip }),
    ...(ifBusy === undefined || ifBusy === 'fail' ? {} : { ifBusy }),
    ...(reason === undefined ? {} : { reason }),
  };
}
