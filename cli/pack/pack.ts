import { dirname, relative, resolve } from 'node:path';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { labelSchema } from '../../domain/revision/names.ts';
import type { Plan } from '../../domain/release/plan.ts';
import {
  revisionContentSchema,
  type Provenance,
  type RevisionContent,
} from '../../domain/revision/revision.ts';
import type { PublishedSuite } from '../../domain/evaluation/suite.ts';
import { loadSuite } from '../../evals/suite-file/load-suite.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { CliSettings } from '../settings.ts';
import { checkCases, checkNames, type ReadSuite } from './check-spec.ts';
import { allWithoutFault } from './faults.ts';
import { assertCommitted, assertTracked, readSource, type Source } from './git.ts';
import { normaliseText } from './inline-partials.ts';
import { readPrompts, throwFaults, type ReadPrompt } from './read-prompts.ts';
import { readSpec, type ReadSpec } from './read-spec.ts';
import { createTeamFiles, type TeamFiles } from './team-files.ts';

/** Everything that a release needs, taken out of the team's files: the database keeps what was published. */
export interface Packed {
  readonly app: string;
  readonly label: string;
  readonly content: RevisionContent;
  readonly plans: Record<string, Plan>;
  readonly suites: PublishedSuite[];
  readonly provenance: Provenance;
  /** Files that it takes and that no commit has, as people should read them. */
  readonly uncommitted: string[];
  /** What is allowed in its prompts and yet hardly meant. */
  readonly promptWarnings: string[];
}

/** A revision alone, without what it is measured by. */
export interface PackedRevision {
  readonly app: string;
  /** Where the file writes one. */
  readonly label: string | undefined;
  readonly content: RevisionContent;
}

export interface PackOptions {
  readonly file: string;
  /** Over the label of the file and that of the commit. */
  readonly label?: string | undefined;
  /** Take what is not as it was committed, also in CI. */
  readonly allowDirty: boolean;
  /** Take what git does not know, also in CI. */
  readonly allowUntracked?: boolean;
  readonly settings: Pick<CliSettings, 'environment' | 'workingDirectory'>;
}

/**
 * Packs a `sluice.yaml` and the files that it names: partials inlined, LF and UTF-8, prompts compiled once (in the
 * sandbox) to see that they can be. The same files give the same digest everywhere. Throws `invalid_file` with all that is wrong,
 * `not_found`, `usage`, and `conflict` for a dirty tree in CI.
 */
export async function packRelease({
  file,
  label,
  allowDirty,
  allowUntracked = false,
  settings,
}: PackOptions): Promise<Packed> {
  const { environment, workingDirectory } = settings;
  const files = createTeamFiles(workingDirectory, file);
  const read = readSpec(files, file);
  const { app, revision } = read.spec;
  const [prompts, suites] = await readAll(files, file, read);
  throwFaults(prompts);
  checkNames(file, read, suites);
  checkCases(suites, {
    byName: new Map(prompts.map(({ name, needs }) => [name, needs])),
    byDefault: revision.defaultPrompt ?? prompts[0]?.name,
  });
  const folder = resolve(workingDirectory, dirname(file));
  const source = readSource(folder, files.taken(), environment);
  const shown = (path: string): string => relative(workingDirectory, path);
  if (!allowDirty) assertCommitted(source, environment, shown);
  if (!allowUntracked) assertTracked(files.taken(), environment, shown);
  const content = contentOf(read, prompts);
  return {
    app,
    label: checkedLabel(label ?? revision.label ?? labelOfCommit(app, source.provenance, content), source),
    content,
    plans: read.plans,
    suites: suites.map(({ name, digest, content: cases }) => ({ name, digest, content: cases })),
    provenance: source.provenance,
    uncommitted: source.uncommitted.map(shown),
    promptWarnings: prompts.flatMap(({ name, warnings }) =>
      warnings.map((warning) => `prompt ${name}: ${warning}.`),
    ),
  };
}

/**
 * Packs the revision of a `sluice.yaml` alone, from wherever its files are: what another revision is compared with.
 * Throws `invalid_file` and `not_found`, as packing a release does.
 */
export async function packRevision(files: TeamFiles, file: string): Promise<PackedRevision> {
  const read = readSpec(files, file);
  const prompts = await readPrompts(files, file, read);
  const { app, revision } = read.spec;
  return { app, label: revision.label, content: contentOf(read, prompts) };
}

function contentOf({ spec }: ReadSpec, prompts: readonly ReadPrompt[]): RevisionContent {
  const { label: _label, ...rest } = spec.revision;
  return revisionContentSchema.parse({
    ...rest,
    prompts: Object.fromEntries(prompts.map(({ name, template }) => [name, { template }])),
  });
}

/** Prompts and suites; what is wrong in any of them is told at once. */
async function readAll(files: TeamFiles, file: string, read: ReadSpec): Promise<[ReadPrompt[], ReadSuite[]]> {
  const sandbox = createSandbox();
  try {
    const prompts = readPrompts(files, file, read);
    const suites = (read.spec.evaluate?.suites ?? []).map((path) =>
      readSuite(files, files.beside(file, path), sandbox),
    );
    await allWithoutFault<unknown>([prompts, ...suites]);
    return [await prompts, await Promise.all(suites)];
  } finally {
    sandbox.close();
  }
}

async function readSuite(files: TeamFiles, file: string, sandbox: Sandbox): Promise<ReadSuite> {
  const readText = (path: string) =>
    new Promise<string>((resolve) => {
      resolve(normaliseText(files.read(path)));
    });
  return { ...(await loadSuite({ file, readText, sandbox })), file };
}

/** Every edit that is not committed has a label of its own: the commit alone would name two revisions alike. */
function labelOfCommit(
  app: string,
  { commit, dirty }: Provenance,
  content: RevisionContent,
): string | undefined {
  if (commit === undefined) return undefined;
  const edit = dirty === true ? `-dirty-${revisionDigest(content).slice('rev_'.length).slice(0, 7)}` : '';
  return `${app}-${commit.slice(0, 7)}${edit}`;
}

function checkedLabel(label: string | undefined, { trouble }: Source): string {
  if (label === undefined) {
    const why = trouble === undefined ? '.' : `: ${trouble}`;
    throw new SluiceError(
      'usage',
      `The revision has no label, and there is no commit to take one from${why}`,
      {
        remedy: 'Write revision.label in sluice.yaml, or pass --label.',
      },
    );
  }
  const parsed = labelSchema.safeParse(label);
  if (parsed.success) return parsed.data;
  throw new SluiceError('usage', `"${label}" cannot be a label: ${parsed.error.issues[0]?.message ?? ''}.`, {
    remedy: 'Pass another one with --label.',
  });
}
