import { execFileSync } from 'node:child_process';
import { SluiceError } from '../../domain/errors.ts';
import type { Provenance } from '../../domain/revision.ts';

function git(directory: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // No git, no repository or no commit yet: there is nothing to say of where the revision comes from.
    return undefined;
  }
}

/** The remote without the user and the token that CI systems put into it. */
function repositoryOf(directory: string): string | undefined {
  return git(directory, 'remote', 'get-url', 'origin')?.replace(/^(https?:\/\/)[^@/]+@/, '$1');
}

/** The home of a stack lies in the folder where it was started, and is nobody's source. */
const notHome = ':(exclude).sluice';

/**
 * Where the files of a folder come from, as git and the CI system say. Dirty is a folder with changes that are not
 * committed; and `taken`, the files that a release takes, may lie outside of it.
 */
export function readProvenance(
  directory: string,
  taken: readonly string[],
  environment: NodeJS.ProcessEnv,
): Provenance {
  const commit = git(directory, 'rev-parse', 'HEAD');
  if (commit === undefined) return {};
  const repository = repositoryOf(directory);
  const author = git(directory, 'log', '-1', '--format=%ae');
  const pullRequest =
    /^refs\/pull\/(\d+)\//.exec(environment['GITHUB_REF'] ?? '')?.[1] ?? environment['CI_MERGE_REQUEST_IID'];
  return {
    commit,
    dirty: git(directory, 'status', '--porcelain', '--', '.', ...taken, notHome) !== '',
    ...(repository === undefined || repository === '' ? {} : { repository }),
    ...(author === undefined || author === '' ? {} : { author }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
  };
}

/** In CI what is released is what was committed. Throws `conflict` for a dirty tree. */
export function assertCommitted(provenance: Provenance, environment: NodeJS.ProcessEnv): void {
  const inCi = environment['CI'] !== undefined && environment['CI'] !== '' && environment['CI'] !== 'false';
  if (!inCi || provenance.dirty !== true) return;
  throw new SluiceError('conflict', 'The working tree has changes that are not committed.', {
    remedy: 'Commit them, or pass --allow-dirty where the build itself writes files.',
  });
}
