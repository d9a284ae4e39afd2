import { requireJudgeable } from '../../activities/looks/judging/dry-run.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/release/plan.ts';
import {
  plansOf,
  plansSchema,
  releaseSpecSchema,
  type ReleaseSpec,
} from '../../domain/release/release-spec.ts';
import { parseLocatedYaml, type LocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { joinedFaults } from './faults.ts';
import { fileError } from './file-error.ts';
import { normaliseText } from './inline-partials.ts';
import type { TeamFiles } from './team-files.ts';

/** A `sluice.yaml` that has been understood, with its plans complete. */
export interface ReadSpec {
  readonly spec: ReleaseSpec;
  readonly plans: Record<string, Plan>;
  /** Where it is what stands at a path: `line:column`. */
  readonly placeOf: LocatedYaml['placeOf'];
}

/** Reads the YAML of a `sluice.yaml`. Throws `invalid_file` where it is none, `not_found` where there is no file. */
export function readSpecYaml(files: Pick<TeamFiles, 'read'>, file: string): LocatedYaml {
  return parseLocatedYaml(normaliseText(files.read(file)), file);
}

/** Reads and checks a `sluice.yaml`. Throws `invalid_file` with one line a fault: file, line, column, what is wrong. */
export function readSpec(files: Pick<TeamFiles, 'read'>, file: string): ReadSpec {
  return checkSpecYaml(readSpecYaml(files, file), file);
}

/** What the YAML of a `sluice.yaml` says. Throws `invalid_file` as `readSpec` does. */
export function checkSpecYaml(yaml: LocatedYaml, file: string): ReadSpec {
  const parsed = releaseSpecSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw fileError({ file, yaml, error: parsed.error, schema: releaseSpecSchema });
  const plans = plansOf(parsed.data);
  if (!plans.success) throw fileError({ file, yaml, error: plans.error, schema: plansSchema });
  const unjudged = Object.entries(plans.data).flatMap(([name, plan]) => {
    const fault = whyNotJudged(plan, name);
    return fault === undefined ? [] : [located(fault, `${file}:${yaml.placeOf(['plans', name])}`)];
  });
  const joined = joinedFaults(unjudged);
  if (joined !== undefined) throw joined;
  return { spec: parsed.data, plans: plans.data, placeOf: yaml.placeOf };
}

function whyNotJudged(plan: Plan, name: string): SluiceError | undefined {
  try {
    requireJudgeable(plan, name);
    return undefined;
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
}

function located({ code, message, remedy }: SluiceError, place: string): SluiceError {
  return new SluiceError(code, `${place}: ${message}`, remedy === undefined ? {} : { remedy });
}
