/** How the workflow of a release was, when somebody last looked. */
export const workflowStates = ['running', 'replaced', 'gone', 'elsewhere', 'unreachable'] as const;

/** A row of the view `release_health`. */
export interface HealthFacts {
  state: string;
  weight: number;
  lookAgeMs?: number;
  leaseMs?: number;
  leaseLeftMs?: number;
  gatewaysLive: number;
  gatewaysMissing: string[];
  waitingFor?: string;
  waitingSince?: string;
  /** Of an evaluation or a mirror, which say it themselves. */
  waitingUntil?: string;
  /** What its next step waits for that a person or the calendar gives, and as a sentence. */
  waitsOn?: 'approval' | 'freeze';
  waitsFor?: string;
  waitsSince?: string;
  waitsUntil?: string;
  /** Why its newest look does not pass for what callers choose or say alone. */
  callersWord?: string;
  pausedBy?: string;
  pausedWhy?: string;
  pausedAt?: string;
  plan: { maxPause?: string; maxBlind?: string; lease?: string };
  workflow?: (typeof workflowStates)[number];
  pollers?: number;
  backlogMs?: number;
  /** Where the release is, and who works on evaluations and mirror replays. */
  stage?: string;
  evaluators?: number;
  evaluationBacklogMs?: number;
  failingMs?: number;
  failingWhy?: string;
  seenAgeMs?: number;
}
