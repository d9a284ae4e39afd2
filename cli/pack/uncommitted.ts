import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, parse, sep } from 'node:path';
import { askGit, runGit } from './git-command.ts';

/**
 * Those of some files (absolute paths) that are not as a commit has them: changed, staged, untracked, ignored, or in no
 * repository at all. Each is asked of the repository that it lies in, also where that is a submodule or another one.
 */
export function uncommittedOf(files: readonly string[]): string[] {
  return files.filter((file) => {
    const { target, links } = wayTo(file);
    return !isCommitted(target) || links.filter(inRepository).some((link) => !isCommitted(link));
  });
}

/** Those of some files (absolute paths) in a repository that git does not track, ignored ones among them. */
export function untrackedOf(files: readonly string[]): string[] {
  return files.filter((file) => {
    const { target, links } = wayTo(file);
    return [target, ...links].filter(inRepository).some(isUntracked);
  });
}

/** The file that is read, and the links on the way to it: git does not look behind them, and they can change, too. */
function wayTo(file: string): { readonly target: string; readonly links: string[] } {
  const { root } = parse(file);
  const links: string[] = [];
  let target = root;
  for (const part of file.slice(root.length).split(sep)) {
    const next = join(target, part);
    if (lstatSync(next).isSymbolicLink()) links.push(next);
    target = realpathSync(next);
  }
  return { target, links };
}

/** Links above any repository are the machine's, not the team's. */
function inRepository(place: string): boolean {
  return askGit(dirname(place), 'rev-parse', '--is-inside-work-tree') === 'true';
}

function isCommitted(place: string): boolean {
  const status = runGit(dirname(place), [
    ...['--literal-pathspecs', 'status', '--porcelain', '-z', '--no-renames'],
    ...['--untracked-files=all', '--ignored=traditional', '--', place],
  ]);
  return status.ok && status.stdout.length === 0;
}

function isUntracked(place: string): boolean {
  const known = ['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', place];
  return !runGit(dirname(place), known).ok;
}
