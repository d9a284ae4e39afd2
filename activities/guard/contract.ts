import type { GuardOutcome } from '../../domain/release/guard.ts';
import type { BatchArgs } from '../looks/contract.ts';

/** What the next batch of a guard's looks is about; `ended` once it is over. */
export type GuardWatch =
  | {
      readonly kind: 'open';
      readonly label: string;
      readonly batch: Omit<BatchArgs, 'firstRunId' | 'blind'>;
    }
  | { readonly kind: 'ended'; readonly outcome?: GuardOutcome };

export interface GuardActivities {
  /** Where a guard is, by its rows alone. Fails with `not_found` for a release that has had none. */
  watchGuard(args: { readonly releaseId: string }): Promise<GuardWatch>;
  /** Ends the guard if its time is over, as its stored looks say. */
  closeGuard(args: { readonly releaseId: string }): Promise<void>;
  /** Takes the guarded revision out; does nothing where the guard is over, or no stored look bears it out. */
  takeBackGuarded(args: {
    readonly releaseId: string;
    readonly splitVersion: number;
    readonly reason: string;
  }): Promise<void>;
}
