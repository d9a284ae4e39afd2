import { SluiceError } from '../../domain/errors.ts';
import type { TeamFiles } from './team-files.ts';

const partial = /\{\{>\s*([A-Za-z0-9_-]+)\s*\}\}/g;
const deepest = 10;

/** Line ends as LF: the same prompt has the same digest on every machine. A byte order mark is gone by decoding. */
export function normaliseText(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/** Of a prompt: how many partials are taken in, and how many characters are read for it. */
const most = { partials: 1_000, characters: 2 * 1024 * 1024 };

/**
 * A prompt file's text with every `{{>name}}` replaced by the file `_name.prompt` beside it, so that a revision
 * holds all that it says. Throws `not_found` for a missing file, `invalid_file` for a circle, and where partials of
 * partials come to more than anybody writes.
 */
export function inlinePartials(files: TeamFiles, file: string): string {
  const taken = { partials: -1, characters: 0 };
  const textOf = (each: string, within: readonly string[]): string => {
    if (within.includes(each) || within.length >= deepest) throw circle(each);
    const text = normaliseText(files.read(each));
    taken.partials += 1;
    taken.characters += text.length;
    if (taken.partials > most.partials || taken.characters > most.characters) throw tooMuch(file);
    return text.replaceAll(partial, (_tag, name: string) => {
      const included = files.beside(each, `_${name}.prompt`);
      if (!files.exists(included)) throw missing(each, name, included);
      return textOf(included, [...within, each]).trimEnd();
    });
  };
  return textOf(file, []);
}

function circle(file: string): SluiceError {
  return new SluiceError('invalid_file', `${file} includes itself through its partials.`, {
    remedy: 'Break the circle of {{>…}}.',
  });
}

function missing(file: string, name: string, included: string): SluiceError {
  return new SluiceError('not_found', `${file} includes {{>${name}}}, but there is no ${included}.`, {
    remedy: 'Write the partial, or mend its name.',
  });
}

function tooMuch(file: string): SluiceError {
  const what = `more than ${most.partials} partials, or ${most.characters} characters with them`;
  return new SluiceError('invalid_file', `${file} takes in ${what}.`, {
    remedy: 'Take in fewer of them: what repeats goes into a variable and {{#each}}.',
  });
}
