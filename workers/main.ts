import { keepCompiled } from './bundle/keep-compiled.ts';

keepCompiled();
const { runReleaseWorker } = await import('./release-program.ts');
runReleaseWorker();
