import type { Beat } from '../story.ts';
import { complaint } from './complaint.ts';
import { everythingDies } from './everything-dies.ts';
import { providerDown } from './provider-down.ts';
import { stoppedByTheMirror } from './stopped-by-the-mirror.ts';
import { straightToProduction } from './straight-to-production.ts';
import { takenBack } from './taken-back.ts';

/** The story, in its order: each beat goes on from where the one before has left the world. */
export const beats: readonly Beat[] = [
  complaint,
  straightToProduction,
  stoppedByTheMirror,
  takenBack,
  everythingDies,
  providerDown,
];
