import { keepCompiled } from '../../program/keep-compiled.ts';

// Bundles the workflow code, and compiles the worker's and what a rollback past the API needs, ahead of the first start: a
// step of the image's build, by the user that the worker runs as, for Node keeps what it compiles for each user apart.
keepCompiled();
await import('../release-program.ts');
await import('../measuring-activities.ts');
await import('../../cli/break-glass/rollback-direct.ts');
const { workflowBundle } = await import('./workflow-bundle.ts');
await workflowBundle();
