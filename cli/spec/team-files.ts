import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { systemErrorCode } from '../up/servers/system-error.ts';

/** The files of a team's repository, by paths as people should read them: relative to the working directory. */
export interface TeamFiles {
  /** Throws `not_found` or `invalid_file` naming the file. */
  read(file: string): string;
  exists(file: string): boolean;
  /** Absolute paths of what has been read. */
  taken(): string[];
}

export function createTeamFiles(workingDirectory: string): TeamFiles {
  const taken = new Set<string>();
  return {
    read(file) {
      const path = resolve(workingDirectory, file);
      taken.add(path);
      return readText(path, file);
    },
    exists: (file) => existsSync(resolve(workingDirectory, file)),
    taken: () => [...taken],
  };
}

function readText(path: string, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      throw new SluiceError('not_found', `There is no file ${shown}.`, {
        remedy: 'Check the path; `sluice init` writes a working sluice.yaml for a new app.',
      });
    }
    throw new SluiceError('invalid_file', `${shown} cannot be read: ${messageOf(error)}.`, {
      remedy: 'It must be a readable file in UTF-8.',
    });
  }
}
