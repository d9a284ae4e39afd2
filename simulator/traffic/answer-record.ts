/** How the traffic calls a gateway. */
export type ClientKind = 'openai' | 'anthropic' | 'http';

/** What one request of the traffic came to. The text itself is not kept. */
export interface AnswerRecord {
  readonly client: ClientKind;
  readonly streaming: boolean;
  readonly subject: string;
  /** Milliseconds since 1970, by the generator's clock. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `ok`, `empty`, `timeout`, `connection`, `broken_answer` or `http_<status>`. */
  readonly outcome: string;
  /** Whether the answer names the query's category; undefined where there is no answer. */
  readonly right?: boolean;
  readonly queryCharacters: number;
  /** From the answer's `x-sluice-*` headers, where it has them. */
  readonly arm?: string;
  readonly revision?: string;
  readonly splitVersion?: number;
  readonly reason?: string;
}

/** What the answer's headers say of the split and revision that served it. */
export function readSluiceHeaders(
  headers: Headers | undefined,
): Pick<AnswerRecord, 'arm' | 'revision' | 'splitVersion' | 'reason'> {
  const read = (name: string): string | undefined => headers?.get(`x-sluice-${name}`) ?? undefined;
  const [arm, revision, version, reason] = ['arm', 'revision', 'split-version', 'reason'].map(read);
  return {
    ...(arm === undefined ? {} : { arm }),
    ...(revision === undefined ? {} : { revision }),
    ...(version === undefined ? {} : { splitVersion: Number(version) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Whether a text names a category as a word of its own. */
export function namesCategory(text: string, category: string): boolean {
  const escaped = category.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\d_])${escaped}(?![\p{L}\d_])`, 'u').test(text);
}
