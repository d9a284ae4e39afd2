/**
 * The activities of the stable watch (activities/stable-watch/stable-watch.ts), on the queue of evaluations: no look waits
 * for them. All are safe to repeat: what a run has asked is not asked again.
 */
export interface StableWatchActivities {
  /** Begins a run, or says why there is none now. `askedBy`: a person, and not its time. */
  openStableWatch(args: {
    readonly app: string;
    readonly runId: string;
    readonly askedBy?: string;
  }): Promise<{ readonly kind: 'opened' } | { readonly kind: 'skipped'; readonly says: string }>;
  /** Asks the critical cases of stable on each target of its chain, until each is known or the day's budget is used up. */
  askStable(args: { readonly runId: string }): Promise<{ readonly cutShort?: string }>;
  /** Keeps what was found, with the alarm that it raises or ends. */
  closeStableWatch(args: {
    readonly runId: string;
    /** Why not everything was asked. */
    readonly cutShort?: string;
  }): Promise<{ readonly outcome: string; readonly says: string }>;
}
