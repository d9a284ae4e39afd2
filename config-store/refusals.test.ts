import { noStable, unknownRelease } from '../domain/refusals.ts';
import type { SluiceError } from '../domain/errors.ts';
import { recordCommand } from './releases/commands/record-command.ts';
import { requireRelease } from './releases/require-release.ts';
import { rollback } from './splits/rollback.ts';
import { useDatabase } from './test-fixtures/use-database.ts';

const store = useDatabase();

async function refusalOf(work: Promise<unknown>): Promise<Pick<SluiceError, 'code' | 'message' | 'remedy'>> {
  return work.then(
    () => {
      throw new Error('It was not refused.');
    },
    (error: unknown) => error as SluiceError,
  );
}

const said = ({ code, message, remedy }: Pick<SluiceError, 'code' | 'message' | 'remedy'>) => ({
  code,
  message,
  remedy,
});

it('the database refuses in the words of the programs', async () => {
  const command = { releaseId: 'rel_none', kind: 'pause', actor: 'user:ada', idempotencyKey: 'k' } as const;
  expect(said(await refusalOf(recordCommand(store.db, command)))).toEqual(said(unknownRelease('rel_none')));
  expect(said(await refusalOf(requireRelease(store.db, 'rel_none')))).toEqual(
    said(unknownRelease('rel_none')),
  );
  const press = {
    app: 'bank',
    environment: 'production',
    actor: 'user:ada',
    reason: 'bad',
    operationId: 'o',
  };
  expect(said(await refusalOf(rollback(store.db, press)))).toEqual(said(noStable('bank', 'production')));
});
