/** What `sluice eval` does unless it is told otherwise. */
export const evalDefaults = {
  /** Calls in flight of one provider's model: what the smallest tier of most takes. */
  concurrency: 8,
  /** How long a provider may answer nothing. */
  patienceMs: 120_000,
} as const;
