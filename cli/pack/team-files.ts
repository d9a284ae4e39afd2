import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { boundaryOf } from './boundary.ts';
import { systemErrorCode } from '../up/servers/system-error.ts';

/** The files of a team's repository, by names as people should read them. */
export interface TeamFiles {
  /** Throws `not_found` or `invalid_file` naming the file. */
  read(file: string): string;
  exists(file: string): boolean;
  /** The name of what `file` calls `path`: paths in a file are relative to its folder. */
  beside(file: string, path: string): string;
}

/** Files as they stand in the working tree, named relative to the working directory. */
export interface WorkingFiles extends TeamFiles {
  /** Absolute paths of what has been read. */
  taken(): string[];
}

/**
 * @param asked the file that a person has asked for: what it names, and what those name, must lie below the repository
 *   that it lies in
 */
export function createTeamFiles(workingDirectory: string, asked: string): WorkingFiles {
  const taken = new Set<string>();
  const whyNot = boundaryOf(dirname(resolve(workingDirectory, asked)));
  return {
    read(file) {
      const path = resolve(workingDirectory, file);
      const why = whyNot(path);
      if (why !== undefined) throw outside(file, why);
      const text = decodeText(readBytes(path, file), file);
      taken.add(path);
      return text;
    },
    exists(file) {
      const path = resolve(workingDirectory, file);
      return whyNot(path) === undefined && existsSync(path);
    },
    beside: (file, path) => relative(workingDirectory, resolve(workingDirectory, dirname(file), path)),
    taken: () => [...taken],
  };
}

function outside(shown: string, why: string): SluiceError {
  return new SluiceError('invalid_file', `${shown} ${why}, and is not taken.`, {
    remedy: 'Keep what a release names in its repository, as files and not as links out of it.',
  });
}

/** In bytes: the API takes no release that is longer. */
const most = 2 * 1024 * 1024;

function readBytes(path: string, shown: string): Uint8Array {
  try {
    if (statSync(path).size > most) throw tooLong(shown);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    if (systemErrorCode(error) === 'ENOENT') {
      throw new SluiceError('not_found', `There is no file ${shown}.`, {
        remedy: 'Check the path; `sluice init` writes a working sluice.yaml for a new app.',
      });
    }
    throw unreadable(shown, error);
  }
}

function tooLong(shown: string): SluiceError {
  return new SluiceError('invalid_file', `${shown} has more than ${most} bytes, and is not taken.`, {
    remedy: 'Name a shorter file: a release with all its prompts and suites is not longer.',
  });
}

/** UTF-8, without a byte order mark. Throws `invalid_file` naming the file. */
export function decodeText(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function unreadable(shown: string, error: unknown): SluiceError {
  return new SluiceError('invalid_file', `${shown} cannot be read: ${messageOf(error)}.`, {
    remedy: 'It must be a readable file in UTF-8.',
  });
}
