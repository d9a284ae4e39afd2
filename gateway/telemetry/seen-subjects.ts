import type { SeenSubject } from '../../config-store/gateway-view/types.ts';
import { createFirstRequests } from './first-requests.ts';

/** One in so many subjects, by their hash, is remembered for the split check. */
const sampleEvery = 4n;

/** Subjects that are new since a split version began, on a sample of the hashes that is the same in every gateway. */
export interface SeenSubjects {
  note(subject: SeenSubject): void;
  takePending(): SeenSubject[];
  putBack(subjects: readonly SeenSubject[]): void;
}

/** Each subject once, and as many of each app's newest split version as `createFirstRequests` remembers. */
export function createSeenSubjects(): SeenSubjects {
  const isFirst = createFirstRequests();
  let pending: SeenSubject[] = [];
  return {
    note(subject) {
      if (BigInt(subject.subjectHash) % sampleEvery === 0n && isFirst(subject)) pending.push(subject);
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
