import type { CountedArm } from '../../config-store/gateway-view/types.ts';
import type { Arm, ArmReason } from '../../domain/split/split.ts';
import type { ServedRevision } from '../config/bind-revision.ts';
import type { ServedApp } from '../config/served-app.ts';

/** Which revision answers a request, and under what it is counted. */
export interface ChosenRoute {
  readonly revision: ServedRevision;
  readonly arm: Arm;
  readonly reason: ArmReason;
  readonly splitVersion: number;
  /** `undefined`: in no arm, because it went to a revision that is neither side of the split any more. */
  readonly countedArm: CountedArm | undefined;
  /**
   * The arm that the subject's bucket and the weight give, whatever the request went to in the end: what the split check
   * counts the subject on (invariant 16). Absent where no weight decides, and while nobody judges: then some subjects of
   * the candidate are missing on its side.
   */
  readonly dealt: Arm | undefined;
  /** What answers where this revision, which is judged, fails. */
  readonly rescuer: ServedRevision | undefined;
}

export interface RouteQuestion {
  readonly served: ServedApp;
  readonly candidateIsFresh: boolean;
  readonly subject: string;
  /** Whoever asks is of the split's audience. */
  readonly isMember?: boolean | undefined;
  /** The revision that `/v1/assign` gave this request. */
  readonly assigned?: string | undefined;
  /** The revision that the conversation began on. */
  readonly conversation?: string | undefined;
}

/** A route before it is known what the split check is to count. */
export type Undealt = Omit<ChosenRoute, 'dealt'>;
