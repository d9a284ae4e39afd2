import type { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../domain/faults-of.ts';
import type { LocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { shownFaults } from '../../evals/suite-file/problem.ts';

export interface WrongFile {
  readonly file: string;
  readonly yaml: Omit<LocatedYaml, 'value'>;
  readonly error: z.ZodError;
  /** What has found it, to say which name was probably meant by one that is not known. */
  readonly schema: z.ZodType;
  /** The command that prints it. */
  readonly printSchema?: string;
}

/** What zod found, each with the place it stands at: `sluice.yaml:7:3: revision.chain: …`. */
export function fileError({
  file,
  yaml,
  error,
  schema,
  printSchema = 'sluice schema',
}: WrongFile): SluiceError {
  const faults = faultsOf(error, schema);
  const lines = faults.map((fault) => {
    const path = fault.path.filter((part) => typeof part !== 'symbol');
    const place =
      fault.unknownKey === undefined ? yaml.placeOf(path) : yaml.placeOfKey([...path, fault.unknownKey]);
    return `${file}:${place}: ${faultSentence(fault)}`;
  });
  const more = lines.length > shownFaults ? [`… and ${lines.length - shownFaults} more`] : [];
  return new SluiceError('invalid_file', [...lines.slice(0, shownFaults), ...more].join('\n'), {
    remedy: `Mend these lines; \`${printSchema}\` prints the schema, and editors complete it.`,
    details: { file, faults: faults.length },
  });
}
