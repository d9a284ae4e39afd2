import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Why a path may not be taken, in words that follow its name; undefined where it may. */
export type Boundary = (path: string) => string | undefined;

/** Larger than any prompt or suite that a release could publish. */
const largestBytes = 16 * 1024 * 1024;

/**
 * What a team's files may name: files below the repository that a folder lies in, links followed to where they lead.
 * Without a repository: below the folder itself. Git's own folder is no part of a repository's files: it has the tokens
 * that CI leaves there.
 *
 * @param folder absolute, of the file that is asked for by a person
 */
export function boundaryOf(folder: string): Boundary {
  const root = repositoryAround(folder);
  return (path) => {
    const place = realPathOf(path);
    // Of what is not there, it is said elsewhere: but only where it could be.
    const way = relative(root, place ?? deepestThere(path));
    if (isAbsolute(way) || way.split(sep)[0] === '..')
      return `lies outside of ${existsSync(join(root, '.git')) ? 'the repository' : 'its folder'}`;
    if (way.split(sep).some((part) => part.toLowerCase() === '.git')) return 'is one of git’s own files';
    if (place === undefined) return undefined;
    const { size, isFile } = kindOf(place);
    if (!isFile) return 'is no file';
    return size > largestBytes ? `is larger than ${largestBytes / 1024 / 1024} MB` : undefined;
  };
}

function kindOf(place: string): { readonly size: number; readonly isFile: boolean } {
  const found = statSync(place);
  return { size: found.size, isFile: found.isFile() };
}

/** The top of the working tree around a folder, or the folder itself where there is none. */
function repositoryAround(folder: string): string {
  const start = realPathOf(folder) ?? folder;
  for (let place = start; ; place = dirname(place)) {
    // A folder, or a file in work trees and submodules.
    if (existsSync(join(place, '.git'))) return place;
    if (place === dirname(place)) return start;
  }
}

function deepestThere(path: string): string {
  return realPathOf(path) ?? (path === dirname(path) ? path : deepestThere(dirname(path)));
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
