import { SluiceError } from '../../domain/errors.ts';
import type { TeamFiles } from './team-files.ts';

const partial = /\{\{>\s*([A-Za-z0-9_-]+)\s*\}\}/g;
const deepest = 10;

/** Line ends as LF: the same prompt has the same digest on every machine. A byte order mark is gone by decoding. */
export function normaliseText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/**
 * A prompt file's text with every `{{>name}}` replaced by the file `_name.prompt` beside it, so that a revision
 * holds all that it says. Throws `not_found` for a missing file, `invalid_file` for a circle.
 */
export function inlinePartials(files: TeamFiles, file: string, within: readonly string[] = []): string {
  if (within.includes(file) || within.length >= deepest) {
    throw new SluiceError('invalid_file', `${file} includes itself through its partials.`, {
      remedy: 'Break the circle of {{>…}}.',
    });
  }
  return normaliseText(files.read(file)).replaceAll(partial, (_tag, name: string) => {
    const included = files.beside(file, `_${name}.prompt`);
    if (!files.exists(included)) {
      throw new SluiceError('not_found', `${file} includes {{>${name}}}, but there is no ${included}.`, {
        remedy: 'Write the partial, or mend its name.',
      });
    }
    return inlinePartials(files, included, [...within, file]).trimEnd();
  });
}
