import type { JsonObject } from '../../domain/json.ts';
import type { ProviderKind } from '../../domain/revision/provider-kinds.ts';
import type { RefusalVerdict } from './verdict.ts';

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
  /** Where the vendor's own table says more than the one that all vendors share (protocols/failures/fault.ts). */
  readonly verdict?: RefusalVerdict;
  /** All of it: callers that speak the same protocol lose nothing. */
  readonly said: VendorWords;
}

/** An `error` object as its vendor wrote it. */
export interface VendorWords {
  readonly vendor: ProviderKind;
  readonly error: JsonObject;
}
