/** How the workflow of a release was, when somebody last looked. */
export const workflowStates = ['running', 'replaced', 'gone', 'elsewhere', 'unreachable'] as const;

/** Is the candidate to be served to somebody: to a share of all subjects, or of the audience? */
export function isServed({ weight, audience = 0 }: Pick<HealthFacts, 'weight' | 'audience'>): boolean {
  return weight > 0 || audience > 0;
}

/** A row of the view `release_health`. */
export interface HealthFacts {
  readonly state: string;
  readonly weight: number;
  /** The candidate's share of its plan's audience in percent, while that is served. */
  readonly audience?: number;
  readonly lookAgeMs?: number;
  readonly leaseMs?: number;
  readonly leaseLeftMs?: number;
  readonly gatewaysLive: number;
  /** Those that do not go by the newest split yet; applications that decide themselves among them, as `client <name>`. */
  readonly gatewaysMissing: string[];
  /** Processes of applications that decide themselves; absent where there are none. */
  readonly clientsLive?: number;
  readonly waitingFor?: string;
  readonly waitingSince?: string;
  /** Of an evaluation or a mirror, which say it themselves. */
  readonly waitingUntil?: string;
  /** What its next step waits for that a person or the calendar gives, and as a sentence. */
  readonly waitsOn?: 'approval' | 'freeze';
  readonly waitsFor?: string;
  readonly waitsSince?: string;
  readonly waitsUntil?: string;
  /** Why its newest look does not pass for what callers choose or say alone. */
  readonly callersWord?: string;
  readonly pausedBy?: string;
  readonly pausedWhy?: string;
  readonly pausedAt?: string;
  readonly plan: { readonly maxPause?: string; readonly maxBlind?: string; readonly lease?: string };
  readonly workflow?: (typeof workflowStates)[number];
  readonly pollers?: number;
  readonly backlogMs?: number;
  /** Where the release is, and who works on evaluations and mirror replays. */
  readonly stage?: string;
  readonly evaluators?: number;
  readonly evaluationBacklogMs?: number;
  readonly failingMs?: number;
  readonly failingWhy?: string;
  readonly seenAgeMs?: number;
}
