import type { TokenRights } from '../../domain/access/token-rights.ts';

export interface TokenRow extends TokenRights {
  id: string;
  name: string;
  /** The person or program that it stands for. */
  subject: string;
  lastUsedAt?: string;
}

/** A valid token, as who holds it is known. */
export interface FoundToken extends TokenRow {
  /** `token:<name>`, and `ci:<name of the trust>` for one that CI got in exchange for its own. */
  actor: string;
}
