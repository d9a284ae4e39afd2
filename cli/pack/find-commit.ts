import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { committedName, createCommittedFiles, type Commit } from './committed-files.ts';
import { askGit, runGit } from './git-command.ts';

/**
 * The commit that a name (branch, tag, `HEAD~1`, id) stands for in the repository of a folder. Throws `usage` where
 * there is no repository, and `not_found` with the way to get a commit that this clone does not have.
 */
export function findCommit(directory: string, name: string): Commit {
  const top = runGit(directory, ['rev-parse', '--show-toplevel']);
  if (!top.ok) {
    throw new SluiceError('usage', `git:${name} needs a git repository: ${top.said}`, {
      remedy: 'Run this in the repository of sluice.yaml, or compare with --baseline production.',
    });
  }
  // A name that begins with a dash would be read as an option.
  const id = name.startsWith('-')
    ? undefined
    : askGit(directory, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
  if (id === undefined) throw unknownCommit(directory, name);
  return { repository: top.stdout.toString('utf8').trim(), id, name };
}

function unknownCommit(directory: string, name: string): SluiceError {
  const isShallow = askGit(directory, 'rev-parse', '--is-shallow-repository') === 'true';
  const where = isShallow ? ', which is shallow' : '';
  return new SluiceError('not_found', `There is no commit "${name}" in this clone${where}.`, {
    remedy: isShallow ? shallowRemedy(name) : remedyOf(directory, name),
  });
}

/** By these a clone that has one commit of one branch gets another, which no deepening of that branch would. */
function shallowRemedy(name: string): string {
  const deeper = /^(HEAD|@)|[~^]|^[0-9a-f]{7,40}$/.test(name);
  const fetched = deeper
    ? 'Fetch the history: `git fetch --unshallow`.'
    : `Fetch it: \`git fetch --depth=1 origin ${name.replace(/^(refs\/remotes\/)?origin\//, '')}\`, and compare with git:FETCH_HEAD.`;
  return `${fetched} In GitHub Actions, \`with: { fetch-depth: 0 }\` of actions/checkout fetches all.`;
}

function remedyOf(directory: string, name: string): string {
  const remote = `origin/${name}`;
  const known = askGit(directory, 'rev-parse', '--verify', '--quiet', `${remote}^{commit}`);
  return known === undefined
    ? 'Fetch it, or name another: `git branch --all` and `git log --oneline` list them.'
    : `The remote has it: git:${remote}.`;
}

/**
 * The `sluice.yaml` of an app in a commit: at the path that is named (from the repository's top), else where it is now,
 * else wherever the commit has the one file of that app. Throws `not_found` where it has none, or several.
 */
export function findCommittedSpec(
  commit: Commit,
  { app, file, path }: { readonly app: string; readonly file: string; readonly path: string | undefined },
): string {
  if (path !== undefined) return committedName(commit, path);
  const here = committedName(commit, pathInRepository(file));
  if (createCommittedFiles(commit).exists(here)) return here;
  const [found, ...more] = filesOfApp(commit, app);
  if (found === undefined) {
    throw new SluiceError(
      'not_found',
      `The commit ${commit.name} has neither ${here} nor another file of the app "${app}".`,
      {
        remedy: `Name the file that it had: git:${commit.name}:PATH. For a new app, leave --baseline out.`,
        details: { nothingToCompare: true },
      },
    );
  }
  if (more.length === 0) return committedName(commit, found);
  throw new SluiceError(
    'not_found',
    `The commit ${commit.name} has several files of the app "${app}": ${[found, ...more].join(', ')}.`,
    {
      remedy: `Name one of them: git:${commit.name}:${found}`,
    },
  );
}

function pathInRepository(file: string): string {
  // Git speaks of the real folder, whatever links lead to it.
  const folder = realpathSync(dirname(resolve(file)));
  return (askGit(folder, 'rev-parse', '--show-prefix') ?? '') + basename(file);
}

function filesOfApp({ repository, id }: Commit, app: string): string[] {
  const line = `^app:[[:space:]]*["']?${app}["']?[[:space:]]*(#.*)?\r?$`;
  const found = runGit(repository, ['grep', '-z', '-l', '-E', line, id, '--', '*.yaml', '*.yml']);
  if (!found.ok) return [];
  const names = found.stdout.toString('utf8').split('\0');
  return names.flatMap((name) => (name === '' ? [] : [name.slice(id.length + 1)]));
}
