import { SluiceError } from '../../domain/errors.ts';

/** The error for an app that does not exist. */
export function unknownApp(app: string): SluiceError {
  return new SluiceError('not_found', `There is no app "${app}".`, {
    remedy: 'Create it: sluice app create.',
  });
}
