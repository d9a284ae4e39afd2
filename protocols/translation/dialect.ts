import type { JsonValue } from '../../domain/json.ts';

/** A protocol as the target of a translation: what it is called in refusals, and whose fields are its own. */
export interface Tongue {
  readonly name: string;
  readonly title: string;
}

/** What a protocol that callers speak can say and others cannot. */
export interface Dialect extends Tongue {
  /**
   * Request parameters that are left out when the target speaks another protocol, because the answer does not depend
   * on them. Every other parameter that has no counterpart is refused by name.
   */
  readonly harmlessParameters: readonly string[];
  /** Values that say what is so anyway: they are left out elsewhere. */
  readonly defaultValues: Readonly<Record<string, JsonValue>>;
}
