import { policySchema, type Policy } from '../../domain/policy/policy.ts';
import { parseLocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { fileError } from './file-error.ts';
import { normaliseText } from './inline-partials.ts';
import type { TeamFiles } from './team-files.ts';

/** Reads and checks a policy's file. Throws `invalid_file` with one line a fault. */
export function readPolicyFile(files: TeamFiles, file: string): Policy {
  const yaml = parseLocatedYaml(normaliseText(files.read(file)), file);
  const parsed = policySchema.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    const printSchema = 'sluice schema --of policy';
    throw fileError({ file, yaml, error: parsed.error, schema: policySchema, printSchema });
  }
  return parsed.data;
}
