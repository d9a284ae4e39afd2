/** One thing that a policy demands and a release does not give. */
export interface Violation {
  /** Where it stands in the policy: `steps.minHold`. */
  readonly rule: string;
  readonly demanded: string;
  readonly given: string;
  /** What to do about it, as a sentence. */
  readonly remedy: string;
}
