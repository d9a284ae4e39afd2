import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Repository {
  /** Runs git and gives what it prints. */
  git(...args: string[]): string;
  /** Commits these paths, or all there is; makes the folder a repository first where it is none. Gives the commit. */
  commit(...paths: string[]): string;
  within(path: string): Repository;
}

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

/** The git repository in a folder, which may change from test to test. */
export function repositoryIn(folder: { readonly path: string }): Repository {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: folder.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  return {
    git,
    commit(...paths) {
      if (!existsSync(join(folder.path, '.git'))) git('init', '-q', '-b', 'main');
      git('add', ...(paths.length > 0 ? paths : ['.']));
      const only = paths.length > 0 ? ['--', ...paths] : [];
      git(...identity, 'commit', '-q', '--allow-empty', '-m', 'change', ...only);
      return git('rev-parse', 'HEAD');
    },
    within: (path) => repositoryIn({ path: join(folder.path, path) }),
  };
}
