import { keepCompiled } from '../program/keep-compiled.ts';

keepCompiled();
const { runReleaseWorker } = await import('./release-program.ts');
runReleaseWorker();
