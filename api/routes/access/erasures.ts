import type { Pool } from 'pg';
import { eraseSubject, type StoredSubject } from '../../../config-store/evaluations/erase-subject.ts';
import { listAppNames } from '../../../config-store/apps/list-app-names.ts';
import { subjectHash } from '../../../program/data-keys.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { assertOwnApp } from '../../auth/authorize.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { erasedSchema, eraseSchema } from '../../schemas/erasures.ts';
import { existingApp } from '../existing-app.ts';

export interface ErasureRouteParts {
  readonly db: Pool;
  /** What hashes of subjects are and were made with; none where the operator has not told. */
  readonly subjectKeys: readonly Buffer[];
}

const always: readonly string[] = [
  'Counters, verdicts and evidence stay: they hold sums, and no subject.',
  'Backups, replicas, exports and logs of your own, and what providers and retrievers keep, are not reached from here.',
  'Gateways remember for 24 h, in memory, which revision a conversation was answered by: by a hash of its id, and not by its subject.',
];

const underWay = (mirrors: number): string =>
  `${mirrors} mirrors under way name samples of the subject in their plans until they end; erase again then.`;

/** What is kept of a person is deleted: samples, and all that was made of them. */
export function erasureRoute({ db, subjectKeys }: ErasureRouteParts): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/erasures',
    operationId: 'eraseSubject',
    summary: 'Delete what is kept of a subject, and keep nothing more of it for an hour',
    role: 'admin',
    action: 'settings',
    concerns: 'listed',
    body: eraseSchema,
    answers: { 200: { description: 'What was deleted, and what remains', schema: erasedSchema } },
    // What is kept for those who repeat a request has a digest of it, from which a subject could be guessed.
    keepAnswer: 'never',
    async handle({ body: { subject, app, reason }, actor, caller }) {
      if (subjectKeys.length === 0) throw unknownKey();
      if (app !== undefined) {
        assertOwnApp(caller, app);
        await existingApp(db, app);
      }
      const apps = app === undefined ? (caller.apps ?? (await listAppNames(db))) : [app];
      const subjects = apps.flatMap((name) => storedAs(subjectKeys, name, subject));
      const { mirrorsUnderWay, ...erased } = await eraseSubject(db, { subjects, app, actor, reason });
      const remains = [...always, ...(mirrorsUnderWay === 0 ? [] : [underWay(mirrorsUnderWay)])];
      return { status: 200, body: { erased, remains } };
    },
  });
}

function storedAs(keys: readonly Buffer[], app: string, subject: string): StoredSubject[] {
  return keys.map((key) => ({ app, hash: subjectHash({ subject: key }, app, subject) }));
}

function unknownKey(): SluiceError {
  return new SluiceError('conflict', 'This API does not know by what key subjects are hashed.', {
    remedy:
      'Set SLUICE_SUBJECT_KEY to what the gateways have; docs/reference/samples.md says how, also where they have none.',
  });
}
