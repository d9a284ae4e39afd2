export { evaluation } from './gates/evaluation.ts';
export { guard } from './guard/guard.ts';
export { mirrorReplay } from './gates/mirror-replay.ts';
export { release } from './release/release.ts';
export { stableWatch } from './stable-watch/stable-watch.ts';
