import { dirname, resolve } from 'node:path';
import { labelSchema } from '../../domain/names.ts';
import { revisionContentSchema, type Provenance, type RevisionContent } from '../../domain/revision.ts';
import type { Plan } from '../../domain/plan.ts';
import { SluiceError } from '../../domain/errors.ts';
import { loadSuite } from '../../evals/suite-file/load-suite.ts';
import { checkPrompt } from '../../gateway/rendering/prompt.ts';
import { assertCommitted, readProvenance } from './git.ts';
import { inlinePartials } from './inline-partials.ts';
import { readSpec, readTeamFile } from './read-spec.ts';
import type { Publication } from '../../api/schemas/apps.ts';

/** Everything that a release needs, taken out of the team's files: the database keeps what was published. */
export interface Packed {
  app: string;
  label: string;
  content: RevisionContent;
  plans: Record<string, Plan>;
  suites: Publication['suites'];
  provenance: Provenance;
}

export interface PackOptions {
  file: string;
  /** Over the label of the file and that of the commit. */
  label?: string | undefined;
  allowDirty: boolean;
  environment: NodeJS.ProcessEnv;
}

async function packPrompt(name: string, file: string): Promise<[string, { template: string }]> {
  const template = inlinePartials(file);
  const [fault] = await checkPrompt(template);
  if (fault !== undefined) {
    throw new SluiceError('invalid_file', `${file}: ${fault.message}`, {
      ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
    });
  }
  return [name, { template }];
}

function labelOf(
  options: PackOptions,
  app: string,
  written: string | undefined,
  commit: string | undefined,
): string {
  const label =
    options.label ?? written ?? (commit === undefined ? undefined : `${app}-${commit.slice(0, 7)}`);
  if (label !== undefined) return labelSchema.parse(label);
  throw new SluiceError('usage', 'The revision has no label, and there is no commit to take one from.', {
    remedy: 'Write revision.label in sluice.yaml, or pass --label.',
  });
}

/**
 * Packs a `sluice.yaml` and the files that it names: partials inlined, LF and UTF-8, prompts compiled once to see
 * that they can be. The same files give the same digest everywhere. Throws `invalid_file`, `not_found`, `usage`, and
 * `conflict` for a dirty tree in CI.
 */
export async function packRelease(options: PackOptions): Promise<Packed> {
  const { spec, plans } = readSpec(options.file);
  const directory = dirname(resolve(options.file));
  const provenance = readProvenance(directory, options.environment);
  if (!options.allowDirty) assertCommitted(provenance, options.environment);
  const { label, prompts, ...rest } = spec.revision;
  const packed = await Promise.all(
    Object.entries(prompts).map(([name, file]) => packPrompt(name, resolve(directory, file))),
  );
  const suites = await Promise.all(
    (spec.evaluate?.suites ?? []).map((file) =>
      loadSuite({ file: resolve(directory, file), readText: (path) => Promise.resolve(readTeamFile(path)) }),
    ),
  );
  return {
    app: spec.app,
    label: labelOf(options, spec.app, label, provenance.commit),
    content: revisionContentSchema.parse({ ...rest, prompts: Object.fromEntries(packed) }),
    plans,
    suites: suites.map(({ name, digest, content }) => ({ name, digest, content: { ...content } as never })),
    provenance,
  };
}
