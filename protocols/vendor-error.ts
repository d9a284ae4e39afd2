import type { JsonObject } from '../domain/json.ts';

/** An error in its vendor's own words. */
export interface VendorError {
  /** The vendor's code, else its type. */
  readonly code: string;
  readonly message: string;
  readonly param?: string;
  /** The kind that the code belongs to, where the vendor has both. */
  readonly type?: string;
  /** Anthropic's `details.error_code`, which says more than its type. */
  readonly detailCode?: string;
  /** All of it: callers that speak the same protocol lose nothing. */
  readonly said: VendorWords;
}

/** An `error` object as its vendor wrote it. */
export interface VendorWords {
  readonly vendor: 'openai' | 'anthropic';
  readonly error: JsonObject;
}
