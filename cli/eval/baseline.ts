import { dirname, relative, resolve } from 'node:path';
import type { Active } from '../../api/schemas/active.ts';
import type { RevisionDetail } from '../../api/schemas/revisions.ts';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import { noStable } from '../../domain/refusals.ts';
import {
  revisionContentSchema,
  type Revision,
  type RevisionContent,
} from '../../domain/revision/revision.ts';
import type { CommandContext } from '../commands/context.ts';
import { createCommittedFiles } from '../pack/committed-files.ts';
import { findCommit, findCommittedSpec } from '../pack/find-commit.ts';
import { packRevision } from '../pack/pack.ts';
import { createTeamFiles } from '../pack/team-files.ts';

/** What a candidate is compared with, by where it comes from. */
export type BaselineSource =
  /** All its files as a commit has them; `path` is that of its sluice.yaml, where it is said. */
  | { readonly kind: 'git'; readonly ref: string; readonly path: string | undefined }
  /** What production serves now. */
  | { readonly kind: 'production' }
  /** Another sluice.yaml of the working tree, with the files that it names. */
  | { readonly kind: 'file'; readonly file: string };

export interface BaselineParts {
  readonly context: Pick<CommandContext, 'settings' | 'api' | 'tell'>;
  readonly candidate: Revision;
  /** The candidate's sluice.yaml. */
  readonly file: string;
  /** Where there is nothing to compare with, so be it. */
  readonly optional: boolean;
}

const gitForm = /^git:((?:\{[^}]*\}|[^:{])+)(?::(.+))?$/;

/** Reads `git:REF`, `git:REF:PATH`, `production`, or a path. Throws `usage` for a form that is none of them. */
export function parseBaseline(text: string): BaselineSource {
  if (text === 'production') return { kind: 'production' };
  if (!text.startsWith('git:')) return { kind: 'file', file: text };
  const [, ref, path] = gitForm.exec(text) ?? [];
  if (ref !== undefined) return { kind: 'git', ref, path };
  throw new SluiceError('usage', `"${text}" names no commit.`, {
    remedy:
      'Write git:REF, as git:origin/main or git:HEAD~1; with git:REF:PATH for a sluice.yaml that was elsewhere.',
  });
}

/**
 * The revision to compare a candidate with; undefined where it may be missing and is: the baseline does not have the app
 * yet, or is the candidate itself. Throws `usage` where it is another app's, or the candidate itself: that
 * comparison would find nothing, whatever has changed; and all that reading it throws.
 */
export async function readBaseline(
  source: BaselineSource,
  parts: BaselineParts,
): Promise<Revision | undefined> {
  const { candidate, context, optional } = parts;
  const there = await foundOrMissing(source, parts);
  if (there === undefined) return undefined;
  const { app, label, content, from } = there;
  if (app !== candidate.app) {
    throw new SluiceError('usage', `The baseline is of the app "${app}", not "${candidate.app}".`, {
      remedy: 'Compare two revisions of one app.',
    });
  }
  const digest = revisionDigest(content);
  if (digest === candidate.digest) {
    if (!optional) throw isCandidate(from, digest);
    context.tell(`baseline: none, for ${from} is the candidate itself: no revision has changed`);
    return undefined;
  }
  context.tell(`baseline: ${label}, ${from}`);
  // Two files of one commit have one label, unless they write one.
  return { app, content, digest, label: label === candidate.label ? `${label}-baseline` : label };
}

/** Undefined where it may be missing and is. A commit that this clone does not have is not missing: it is to be fetched. */
async function foundOrMissing(source: BaselineSource, parts: BaselineParts): Promise<Found | undefined> {
  try {
    return await found(source, parts);
  } catch (error) {
    const isMissing =
      error instanceof SluiceError &&
      (error.details['nothingToCompare'] === true || error.details['code'] === 'app_not_active');
    if (!parts.optional || !isMissing) throw error;
    parts.context.tell(`baseline: none. ${error.message}`);
    return undefined;
  }
}

interface Found {
  readonly app: string;
  readonly label: string;
  readonly content: RevisionContent;
  /** In words, for people: where it comes from. */
  readonly from: string;
}

function found(source: BaselineSource, parts: BaselineParts): Promise<Found> {
  switch (source.kind) {
    case 'git':
      return fromCommit(source, parts);
    case 'production':
      return fromProduction(parts);
    case 'file':
      return fromFile(source, parts);
  }
}

async function fromCommit(
  { ref, path }: Extract<BaselineSource, { readonly kind: 'git' }>,
  { context, candidate, file }: BaselineParts,
): Promise<Found> {
  const spec = resolve(context.settings.workingDirectory, file);
  const commit = findCommit(dirname(spec), ref);
  const committed = findCommittedSpec(commit, { app: candidate.app, file: spec, path });
  const { app, label, content } = await packRevision(createCommittedFiles(commit), committed);
  const short = commit.id.slice(0, 7);
  return { app, content, label: label ?? `${app}-${short}`, from: `${committed} of commit ${short}` };
}

async function fromProduction({ context, candidate: { app } }: BaselineParts): Promise<Found> {
  const api = context.api();
  const path = `/v1/apps/${encodeURIComponent(app)}`;
  const { stable } = await api.read<Active>(`${path}/active?environment=production`);
  if (stable === undefined) {
    throw noStable(
      app,
      'production',
      'Leave --baseline out: a first revision is measured by the bounds of its gate alone.',
    );
  }
  const { label, content } = await api.read<RevisionDetail>(`${path}/revisions/${stable.digest}`);
  const parsed = revisionContentSchema.safeParse(content);
  if (parsed.success) return { app, label, content: parsed.data, from: 'stable in production' };
  throw new SluiceError('unreachable', `The API gives ${label} a content that this command does not know.`, {
    remedy: 'Use the version of the command that the API has: see `sluice --version` and /openapi.json.',
    cause: parsed.error,
  });
}

async function fromFile(
  { file }: Extract<BaselineSource, { readonly kind: 'file' }>,
  { context, file: candidateFile }: BaselineParts,
): Promise<Found> {
  const { workingDirectory } = context.settings;
  const files = createTeamFiles(workingDirectory, file);
  const { app, label, content } = await packRevision(files, file);
  const own = createTeamFiles(workingDirectory, candidateFile);
  await packRevision(own, candidateFile);
  const shared = files.taken().filter((path) => own.taken().includes(path));
  if (shared.length > 0) {
    const names = shared.map((path) => relative(workingDirectory, path)).join(', ');
    context.tell(
      `warning: ${file} takes ${names} as the candidate does: a change of it is on both sides. --baseline git:REF takes all files of a commit.`,
    );
  }
  const digits = revisionDigest(content).slice('rev_'.length).slice(0, 7);
  return { app, content, label: label ?? `${app}-${digits}`, from: `${file} of the working tree` };
}

function isCandidate(from: string, digest: string): SluiceError {
  return new SluiceError(
    'usage',
    `The baseline (${from}) is the candidate itself: both are ${digest.slice(0, 16)}…, so that a comparison would say nothing.`,
    {
      remedy:
        'Name what served before the change, such as git:HEAD~1 or git:origin/main; where no revision has changed, leave --baseline out.',
    },
  );
}
