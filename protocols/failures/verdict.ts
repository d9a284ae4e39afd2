/**
 * Who has to mend what a provider refused. `caller`: the request; `revision`: what the revision set of its own;
 * `operator`: keys, accounts, models and addresses of the environment; `provider`: nobody here; `sluice`: a defect.
 */
export type Fault = 'caller' | 'revision' | 'operator' | 'provider' | 'sluice';

/** What an operator has to mend. */
export type OperatorMatter = 'key' | 'account' | 'model' | 'address';

/** Two questions, and two answers: who is to blame, and whether another target may answer where this one did not. */
export interface RefusalVerdict {
  readonly fault: Fault;
  readonly tryNext: boolean;
  /** Of an operator's fault. */
  readonly matter?: OperatorMatter;
}
