import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
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
import type { LocatedYaml } from '../../evals/suite-file/located-yaml.ts';
import { loadSuite } from '../../evals/suite-file/load-suite.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { CliSettings } from '../settings.ts';
import { wrongCases, wrongNames, type ReadSuite } from './check-spec.ts';
import { allWithoutFault, joinedFaults } from './faults.ts';
import { assertCommitted, assertTracked, readSource, type Source } from './git.ts';
import { normaliseText } from './inline-partials.ts';
import { faultsOfPrompts, readPrompts, type ReadPrompt } from './read-prompts.ts';
import { checkSpecYaml, readSpec, readSpecYaml, type ReadSpec } from './read-spec.ts';
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
  /** Where its cases stand (`evals/cases.yaml:12:5`), by `suite/id`. */
  readonly places: ReadonlyMap<string, string>;
  /** The file of each prompt, by its name. */
  readonly promptFiles: Readonly<Record<string, string>>;
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
  const { read, prompts, suites } = await readFiles(files, file);
  const { app, revision } = read.spec;
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
    places: new Map(
      suites.flatMap(({ name, places }) =>
        [...places].map(([id, place]): [string, string] => [`${name}/${id}`, place]),
      ),
    ),
    promptFiles: Object.fromEntries(prompts.map(({ name, file: path }) => [name, path])),
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

interface ReadFiles {
  readonly read: ReadSpec;
  readonly prompts: ReadPrompt[];
  readonly suites: ReadSuite[];
}

/** A spec, its prompts and its suites; what is wrong in any of them is told at once, as far as it can be read. */
async function readFiles(files: TeamFiles, file: string): Promise<ReadFiles> {
  const yaml = readSpecYaml(files, file);
  const sandbox = createSandbox();
  try {
    const spec = specOrFault(yaml, file);
    const isWrong = spec instanceof SluiceError;
    const read = isWrong ? Promise.reject<ReadSpec>(spec) : Promise.resolve(spec);
    // What a prompt needs is not known without the spec.
    const prompts = isWrong ? Promise.resolve([]) : readPrompts(files, file, spec);
    const suites = suitesIn(yaml.value).map((path) => readSuite(files, files.beside(file, path), sandbox));
    await allWithoutFault<unknown>([read, prompts, ...suites]);
    const all = { read: await read, prompts: await prompts, suites: await Promise.all(suites) };
    requireFitting(file, all);
    return all;
  } finally {
    sandbox.close();
  }
}

function specOrFault(yaml: LocatedYaml, file: string): ReadSpec | SluiceError {
  try {
    return checkSpecYaml(yaml, file);
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
}

/** The suites that a spec names, also one that is wrong elsewhere. */
function suitesIn(spec: unknown): string[] {
  const named = z.object({ evaluate: z.object({ suites: z.array(z.string()) }) }).safeParse(spec);
  return named.data?.evaluate.suites ?? [];
}

/** Throws `invalid_file` with all that does not go together in files that are right by themselves. */
function requireFitting(file: string, { read, prompts, suites }: ReadFiles): void {
  const byName = new Map(prompts.map(({ name, needs }) => [name, needs]));
  const byDefault = read.spec.revision.defaultPrompt ?? prompts[0]?.name ?? '';
  // One that there is not is said once, and not of every case.
  const asked = { byName, byDefault: byName.has(byDefault) ? byDefault : undefined };
  const faults = [
    ...faultsOfPrompts(prompts),
    ...wrongNames(file, read, suites),
    ...wrongCases(suites, asked),
  ];
  const joined = joinedFaults(faults);
  if (joined !== undefined) throw joined;
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
