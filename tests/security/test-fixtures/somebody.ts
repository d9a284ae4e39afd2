import type { Pool } from 'pg';
import { createToken } from '../../../config-store/tokens/create-token.ts';
import type { Role } from '../../../domain/access/roles.ts';

let people = 0;

/** Somebody with a token of that role. */
export async function somebody(db: Pool, role: Role, subject?: string) {
  people += 1;
  const name = `person-${people}`;
  const { token } = await createToken(db, { name, role, subject: subject ?? name, actor: 'test' });
  return { name, token, subject: subject ?? name };
}
