import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { messageOf, SluiceError } from '../../domain/errors.ts';
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

export function createTeamFiles(workingDirectory: string): WorkingFiles {
  const taken = new Set<string>();
  return {
    read(file) {
      const path = resolve(workingDirectory, file);
      const text = decodeText(readBytes(path, file), file);
      taken.add(path);
      return text;
    },
    exists: (file) => existsSync(resolve(workingDirectory, file)),
    beside: (file, path) => relative(workingDirectory, resolve(workingDirectory, dirname(file), path)),
    taken: () => [...taken],
  };
}

function readBytes(path: string, shown: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new SluiceError('not_found', `There is no file ${shown}.`, {
        remedy: 'Check the path; `sluice init` writes a working sluice.yaml for a new app.',
      });
    }
    throw unreadable(shown, error);
  }
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
