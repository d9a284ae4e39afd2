import { SluiceError } from '../../domain/errors.ts';

/** Why an approval does not count, as the store says it. Gives the error that says so to people. */
export function approvalRefusal(id: string, kind: 'author' | 'moved' | 'not-asked'): SluiceError {
  const remedy = `Look at what it waits for: sluice release status ${id}`;
  switch (kind) {
    case 'author':
      return new SluiceError(
        'forbidden',
        'Who published the revision or asked for the release does not approve it.',
        {
          remedy: 'Have somebody else approve it.',
        },
      );
    case 'moved':
      return new SluiceError('conflict', 'Revision, plan or evidence are not what you were shown.', {
        remedy,
      });
    case 'not-asked':
      return new SluiceError('conflict', 'This stage does not wait for approval now.', { remedy });
  }
}
