import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { queryOne, type Db } from '../postgres/db.ts';

/** What a program does that finds itself with the rights of the schema's owner: say it, end, or nothing. */
export const roleCheckSchema = z.enum(['warn', 'refuse', 'off']);
export type RoleCheck = z.infer<typeof roleCheckSchema>;

/**
 * Says whether the session may do whatever the owner of the schema may, which no program needs but `sluice migrate`.
 * Throws `forbidden` where that is to be refused, `unreachable` where the database is away.
 */
export async function checkRole(
  db: Db,
  check: RoleCheck,
  log: { readonly warn: (what: string) => void },
): Promise<void> {
  if (check === 'off') return;
  const { user, isOwner } = await queryOne<{ readonly user: string; readonly isOwner: boolean }>(
    db,
    `select current_user::text as user, rolsuper or coalesce(pg_has_role(current_user, (
       select relowner from pg_class where oid = to_regclass('audit_entry')), 'usage'), false) as "isOwner"
     from pg_roles where rolname = current_user`,
  );
  if (!isOwner) return;
  const what = `DATABASE_URL names ${user}, who owns the schema: whoever takes this program over has the whole database`;
  if (check === 'warn') log.warn(`${what}. See \`sluice database roles\`.`);
  else {
    throw new SluiceError('forbidden', `${what}.`, {
      remedy: 'Give it its own user: sluice database roles. Or set SLUICE_DATABASE_ROLE_CHECK=warn.',
    });
  }
}
