import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import { plansOf, releaseSpecSchema, type ReleaseSpec } from '../../domain/release-spec.ts';
import { parseLocatedYaml, type LocatedYaml } from '../../evals/suite-file/located-yaml.ts';

/** A `sluice.yaml` that has been understood, with its plans complete. */
export interface ReadSpec {
  file: string;
  spec: ReleaseSpec;
  plans: Record<string, Plan>;
}

const shownFaults = 12;

/** What zod found, each with the line it stands on: `sluice.yaml:7: revision.chain: …`. */
function specError(file: string, yaml: LocatedYaml, error: z.ZodError): SluiceError {
  const lines = error.issues.map((issue) => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const line = yaml.lineOf(unknown === undefined ? path : [...path, unknown]);
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    return `${basename(file)}:${line}: ${where}${issue.message}`;
  });
  const more = lines.length > shownFaults ? [`… and ${lines.length - shownFaults} more`] : [];
  return new SluiceError('invalid_file', [...lines.slice(0, shownFaults), ...more].join('\n'), {
    remedy: 'Mend these lines; `sluice schema` prints the schema, and editors complete it.',
    details: { file, faults: error.issues.length },
  });
}

/** Reads a file of the team's. Throws `not_found` or `invalid_file` naming it. */
export function readTeamFile(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new SluiceError('not_found', `There is no file ${file}.`, {
        remedy: 'Check the path; `sluice init` writes a working sluice.yaml for a new app.',
      });
    }
    throw new SluiceError('invalid_file', `${file} cannot be read: ${messageOf(error)}.`, {
      remedy: 'It must be a readable file in UTF-8.',
    });
  }
}

/** Reads and checks a `sluice.yaml`. Throws `invalid_file` with one line a fault: file, line, what is wrong. */
export function readSpec(file: string): ReadSpec {
  const yaml = parseLocatedYaml(readTeamFile(file), basename(file));
  const parsed = releaseSpecSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) throw specError(file, yaml, parsed.error);
  const plans = plansOf(parsed.data);
  if (!plans.success) throw specError(file, yaml, plans.error);
  return { file, spec: parsed.data, plans: plans.data };
}
