import type { TokenRights } from '../../domain/access/token-rights.ts';

export interface TokenRow extends TokenRights {
  readonly id: string;
  readonly name: string;
  /** The person or program that it stands for. */
  readonly subject: string;
  readonly lastUsedAt?: string;
}

/** A valid token, as who holds it is known. */
export interface FoundToken extends TokenRow {
  /** `token:<name>`, and `ci:<name of the trust>` for one that CI got in exchange for its own. */
  readonly actor: string;
}
