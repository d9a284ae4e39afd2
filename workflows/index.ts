export { evaluation } from './gates/evaluation.ts';
export { mirrorReplay } from './gates/mirror-replay.ts';
export { release } from './release/release.ts';
