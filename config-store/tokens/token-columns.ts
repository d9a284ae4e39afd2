/** Of the table `api_token`, as types.ts has a `TokenRow`. */
export const tokenColumns = `id, name, role, subject, apps, actions, content, expires_at as "expiresAt",
  last_used_at as "lastUsedAt"`;
