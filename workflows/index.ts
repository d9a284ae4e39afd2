export { evaluation } from './evaluation.ts';
export { mirrorReplay } from './mirror-replay.ts';
export { release } from './release.ts';
