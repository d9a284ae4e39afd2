const perVersion = 20_000;

export interface SubjectInStep {
  readonly app: string;
  readonly splitVersion: number;
  /** What is counted as one: the subject, else the assignment or conversation; absent for one that is all by itself. */
  readonly subjectHash?: string | undefined;
}

/** Says of a request, when it arrives, whether it is its subject's first under its split version. */
export type IsFirstRequest = (request: SubjectInStep) => boolean;

/**
 * Remembers the subjects of each app's newest split version, at most 20,000 of them: for more, and for requests of
 * versions that are superseded, the answer is no, whatever becomes of them.
 */
export function createFirstRequests(): IsFirstRequest {
  const newest = new Map<string, { readonly splitVersion: number; readonly hashes: Set<string> }>();
  return ({ app, splitVersion, subjectHash }) => {
    if (subjectHash === undefined) return true;
    let current = newest.get(app);
    if (current === undefined || current.splitVersion < splitVersion) {
      current = { splitVersion, hashes: new Set() };
      newest.set(app, current);
    }
    const { hashes } = current;
    if (current.splitVersion !== splitVersion || hashes.size >= perVersion || hashes.has(subjectHash))
      return false;
    hashes.add(subjectHash);
    return true;
  };
}
