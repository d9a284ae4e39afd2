import { lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, SluiceError } from '../../domain/errors.ts';

/** A report's file. Whoever reads it finds a whole report of this run, or none. */
export interface WholeFile {
  /** Throws `usage` where it cannot be written. */
  write(text: string): void;
}

/**
 * Makes sure that a file can be written, and takes away what a run before left there: a report of then must not be read as
 * one of now. Pipes and devices (`/dev/stdout`) are written as they are. Throws `usage` where it cannot be written.
 */
export function openWhole(path: string): WholeFile {
  return guarded(() => {
    const place = placeOf(path);
    if (place.kind === 'stream') {
      return {
        write: (text) => {
          guarded(() => {
            writeFileSync(path, text);
          });
        },
      };
    }
    const { target } = place;
    const partial = join(dirname(target), `.${basename(target)}.${process.pid}.new`);
    writeFileSync(partial, '');
    rmSync(partial);
    rmSync(target, { force: true });
    return {
      write: (text) => {
        guarded(() => {
          try {
            writeFileSync(partial, text);
            renameSync(partial, target);
          } finally {
            rmSync(partial, { force: true });
          }
        });
      },
    };
  });
}

/** A link is followed: the file that it leads to is replaced, not the link. */
function placeOf(
  path: string,
): { readonly kind: 'file'; readonly target: string } | { readonly kind: 'stream' } {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { kind: 'file', target: path };
  const target = realpathSync(path);
  const stats = lstatSync(target);
  if (stats.isDirectory()) throw new Error(`${path} is a folder`);
  return stats.isFile() ? { kind: 'file', target } : { kind: 'stream' };
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new SluiceError('usage', `The report cannot be written: ${messageOf(cause)}`, {
      remedy: 'Name a file in a folder that is there.',
      cause,
    });
  }
}
