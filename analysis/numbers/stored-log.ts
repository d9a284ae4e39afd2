/** A natural log as JSON has it: null for that of nothing. */
export type StoredLog = number | null;

export function toStored(log: number): StoredLog {
  return log === -Infinity ? null : log;
}

export function fromStored(log: StoredLog): number {
  return log ?? -Infinity;
}
