import { workflowBundle } from './workflow-bundle.ts';

// Builds the workflow bundle ahead of the first start: a step of the image's build.
await workflowBundle();
