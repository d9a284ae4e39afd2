import type { z } from 'zod';
import { requireJudgeable } from '../../activities/looks/judging/dry-run.ts';
import { SluiceError } from '../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../domain/faults-of.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { plansOf, releaseSpecSchema, type ReleaseSpec } from '../../domain/release/release-spec.ts';
import { parseLocatedYaml, type LocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { normaliseText } from './inline-partials.ts';
import type { TeamFiles } from './team-files.ts';

/** A `sluice.yaml` that has been understood, with its plans complete. */
export interface ReadSpec {
  readonly spec: ReleaseSpec;
  readonly plans: Record<string, Plan>;
  /** The line of what stands at a path. */
  readonly lineOf: LocatedYaml['lineOf'];
}

const shownFaults = 12;

/** What zod found, each with the line it stands on: `sluice.yaml:7: revision.chain: …`. */
export function fileError(
  file: string,
  yaml: LocatedYaml,
  error: z.ZodError,
  printSchema = 'sluice schema',
): SluiceError {
  const faults = faultsOf(error);
  const lines = faults.map((fault) => {
    const path = fault.path.filter((part) => typeof part !== 'symbol');
    const line = yaml.lineOf(fault.unknownKey === undefined ? path : [...path, fault.unknownKey]);
    return `${file}:${line}: ${faultSentence(fault)}`;
  });
  const more = lines.length > shownFaults ? [`… and ${lines.length - shownFaults} more`] : [];
  return new SluiceError('invalid_file', [...lines.slice(0, shownFaults), ...more].join('\n'), {
    remedy: `Mend these lines; \`${printSchema}\` prints the schema, and editors complete it.`,
    details: { file, faults: faults.length },
  });
}

/** Reads and checks a `sluice.yaml`. Throws `invalid_file` with one line a fault: file, line, what is wrong. */
export function readSpec(files: TeamFiles, file: string): ReadSpec {
  const yaml = parseLocatedYaml(normaliseText(files.read(file)), file);
  const parsed = releaseSpecSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw fileError(file, yaml, parsed.error);
  const plans = plansOf(parsed.data);
  if (!plans.success) throw fileError(file, yaml, plans.error);
  for (const [name, plan] of Object.entries(plans.data)) requireJudgeable(plan, name);
  return { spec: parsed.data, plans: plans.data, lineOf: yaml.lineOf };
}
