import type { Provenance } from '../../domain/revision/revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import { askGit, runGit } from './git-command.ts';
import { uncommittedOf, untrackedOf } from './uncommitted.ts';

/** Where a release's files come from, and which of them no commit has. */
export interface Source {
  readonly provenance: Provenance;
  /** Absolute paths, of those files only that the release takes. */
  readonly uncommitted: string[];
  /** What keeps git from saying where the files come from, although they lie in a repository. */
  readonly trouble?: string;
}

/** Having no git, no repository or no commit yet is no trouble: there is nothing to say. */
const nothingToSay = /not a git repository|Needed a single revision|unknown revision|git is not installed/;

/** The remote without the user and the token that CI systems put into it. */
function repositoryOf(directory: string): string | undefined {
  return askGit(directory, 'remote', 'get-url', 'origin')?.replace(/^(https?:\/\/)[^@/]+@/, '$1');
}

/**
 * Where the files of a folder come from, as git and the CI system say. Dirty is a release that takes files (`taken`,
 * absolute paths) which are not as they were committed; what else lies about in the folder does not count.
 */
export function readSource(
  directory: string,
  taken: readonly string[],
  environment: NodeJS.ProcessEnv,
): Source {
  const head = runGit(directory, ['rev-parse', '--verify', 'HEAD^{commit}']);
  if (!head.ok) {
    const trouble = nothingToSay.test(head.said) ? {} : { trouble: head.said };
    return { provenance: {}, uncommitted: [], ...trouble };
  }
  const commit = head.stdout.toString('utf8').trim();
  const uncommitted = uncommittedOf(taken);
  const repository = repositoryOf(directory);
  const author = askGit(directory, 'log', '-1', '--format=%ae');
  const pullRequest =
    /^refs\/pull\/(\d+)\//.exec(environment['GITHUB_REF'] ?? '')?.[1] ?? environment['CI_MERGE_REQUEST_IID'];
  const provenance = {
    commit,
    dirty: uncommitted.length > 0,
    ...(repository === undefined || repository === '' ? {} : { repository }),
    ...(author === undefined || author === '' ? {} : { author }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
  };
  return { provenance, uncommitted };
}

/**
 * In CI what is released is what was committed. Throws `conflict` naming the files, as `show` has them for people, or
 * what keeps git from telling.
 */
export function assertCommitted(
  { uncommitted, trouble }: Source,
  environment: NodeJS.ProcessEnv,
  show: (path: string) => string,
): void {
  if (!isCi(environment)) return;
  if (trouble !== undefined) {
    throw new SluiceError('conflict', `It cannot be told whether these files are committed: ${trouble}`, {
      remedy: 'Mend what git says, or pass --allow-dirty.',
    });
  }
  if (uncommitted.length === 0) return;
  const files = uncommitted.map(show);
  throw new SluiceError('conflict', `What would be released is not what is committed: ${files.join(', ')}.`, {
    remedy: 'Commit these files, or pass --allow-dirty where the build itself writes them.',
    details: { files },
  });
}

/**
 * In CI only what git tracks is taken at all, also where changes are: what lies about there beside it (credentials, tokens,
 * other jobs' files) is nobody's to publish. Throws `conflict` naming the files, as `show` has them.
 */
export function assertTracked(
  taken: readonly string[],
  environment: NodeJS.ProcessEnv,
  show: (path: string) => string,
): void {
  if (!isCi(environment)) return;
  const files = untrackedOf(taken).map(show);
  if (files.length === 0) return;
  throw new SluiceError('conflict', `Git does not track what would be taken: ${files.join(', ')}.`, {
    remedy: 'Commit these files, or pass --allow-dirty where the build itself writes them.',
    details: { files },
  });
}

function isCi(environment: NodeJS.ProcessEnv): boolean {
  const value = environment['CI'];
  return value !== undefined && value !== '' && value !== 'false';
}
