import { SluiceError } from '../../domain/errors.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { CompiledPrompt } from './prompt.ts';

/** The app and the prompt that a model name asks for: `<app>` or `<app>/<prompt>`. */
export function parseModelName(model: string): {
  readonly app: string;
  readonly promptName: string | undefined;
} {
  const slash = model.indexOf('/');
  return slash === -1
    ? { app: model, promptName: undefined }
    : { app: model.slice(0, slash), promptName: model.slice(slash + 1) };
}

/**
 * The prompt of a request; `undefined` for a revision without prompts, whose messages go on unchanged.
 * Throws `not_found` for a prompt that the revision does not have, `invalid_request` where one must be named.
 */
export function pickPrompt(
  revision: ServedRevision,
  promptName: string | undefined,
): CompiledPrompt | undefined {
  const { prompts, content, app } = revision;
  const names = [...prompts.keys()];
  const name = promptName ?? content.defaultPrompt ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    if (names.length === 0) return undefined;
    throw new SluiceError(
      'invalid_request',
      `The app ${app} has the prompts ${names.join(', ')}: one must be named.`,
      {
        remedy: `Ask for the model "${app}/${names[0] ?? ''}".`,
      },
    );
  }
  const prompt = prompts.get(name);
  if (prompt !== undefined) return prompt;
  throw new SluiceError('not_found', `The app ${app} has no prompt "${name}".`, {
    remedy: names.length === 0 ? `Ask for the model "${app}".` : `Its prompts are ${names.join(', ')}.`,
  });
}
