import { keepCompiled } from '../program/keep-compiled.ts';

keepCompiled({ forThreads: true });
const { runReleaseWorker } = await import('./release-program.ts');
runReleaseWorker();
