import type { SeenSubject } from '../../config-store/gateway-view/types.ts';

/** One in so many subjects, by their hash, is remembered for the split check. */
const sampleEvery = 4n;
const perVersion = 20_000;

/** Subjects that are new since a split version began, on a sample of the hashes that is the same in every gateway. */
export interface SeenSubjects {
  note(subject: SeenSubject): void;
  takePending(): SeenSubject[];
  putBack(subjects: readonly SeenSubject[]): void;
}

/** Keeps the sets of each app's newest split version; at most 20,000 subjects of it. */
export function createSeenSubjects(): SeenSubjects {
  const newest = new Map<string, { readonly splitVersion: number; readonly hashes: Set<string> }>();
  let pending: SeenSubject[] = [];
  return {
    note(subject) {
      if (BigInt(subject.subjectHash) % sampleEvery !== 0n) return;
      const { app, splitVersion, subjectHash } = subject;
      let current = newest.get(app);
      if (current === undefined || current.splitVersion < splitVersion) {
        current = { splitVersion, hashes: new Set() };
        newest.set(app, current);
      }
      if (current.splitVersion !== splitVersion || current.hashes.size >= perVersion) return;
      if (current.hashes.has(subjectHash)) return;
      current.hashes.add(subjectHash);
      pending.push(subject);
    },
    takePending() {
      const taken = pending;
      pending = [];
      return taken;
    },
    putBack(subjects) {
      pending = [...subjects, ...pending];
    },
  };
}
