import { policySchema, type Policy } from '../../domain/policy/policy.ts';
import { parseLocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { normaliseText } from './inline-partials.ts';
import { fileError } from './read-spec.ts';
import type { TeamFiles } from './team-files.ts';

/** Reads and checks a policy's file. Throws `invalid_file` with one line a fault. */
export function readPolicyFile(files: TeamFiles, file: string): Policy {
  const yaml = parseLocatedYaml(normaliseText(files.read(file)), file);
  const parsed = policySchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw fileError(file, yaml, parsed.error, 'sluice schema --of policy');
  return parsed.data;
}
