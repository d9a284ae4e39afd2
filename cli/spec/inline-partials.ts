import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { readTeamFile } from './read-spec.ts';

const partial = /\{\{>\s*([A-Za-z0-9_-]+)\s*\}\}/g;
const deepest = 10;

/** Line ends as LF, no byte order mark: the same prompt has the same digest on every machine. */
export function normaliseText(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
}

/**
 * A prompt file's text with every `{{>name}}` replaced by the file `_name.prompt` beside it, so that a revision
 * holds all that it says. Throws `not_found` for a missing partial, `invalid_file` for a circle.
 */
export function inlinePartials(file: string, within: readonly string[] = []): string {
  if (within.includes(file) || within.length >= deepest) {
    throw new SluiceError('invalid_file', `${file} includes itself through its partials.`, {
      remedy: 'Break the circle of {{>…}}.',
    });
  }
  return normaliseText(readTeamFile(file)).replaceAll(partial, (_tag, name: string) => {
    const included = join(dirname(file), `_${name}.prompt`);
    if (!existsSync(included)) {
      throw new SluiceError('not_found', `${file} includes {{>${name}}}, but there is no ${included}.`, {
        remedy: 'Write the partial, or mend its name.',
      });
    }
    return inlinePartials(included, [...within, file]).trimEnd();
  });
}
