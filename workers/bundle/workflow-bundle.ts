import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'node_modules/.cache/sluice-workflow-bundles');

/** Which workflow code, and what can change it. */
export interface WorkflowSources {
  /** Absolute path of the file that exports the workflows. */
  readonly workflowsPath?: string;
  /** Absolute folders whose TypeScript files take part in what the bundle is kept by. */
  readonly sourceFolders?: readonly string[];
  readonly logger?: Logger;
}

/**
 * The workflow code in one piece, as `Worker.create({ workflowBundle })` takes it. Bundling takes a second and more of a
 * worker's start, so it is kept on disk under a hash of what can change it; an image has it built in (workers/bundle/bundle.ts).
 * Where nothing can be kept it is built anew.
 */
export async function workflowBundle({
  workflowsPath = join(root, 'workflows/index.ts'),
  sourceFolders = ['workflows', 'domain'].map((name) => join(root, name)),
  logger,
}: WorkflowSources = {}): Promise<{ readonly code: string }> {
  const file = join(folder, `${bundleKey(workflowsPath, sourceFolders)}.js`);
  const kept = read(file);
  if (kept !== undefined) return { code: kept };
  const { code } = await bundleWorkflowCode({ workflowsPath, ...(logger === undefined ? {} : { logger }) });
  keep(file, code);
  return { code };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Not there yet.
  }
}

/** Whole or not at all, since another worker may start at the same time. */
function keep(file: string, code: string): void {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch {
    // A folder that cannot be written, as in an image that runs as another user: the next start builds it again.
  }
}

function bundleKey(workflowsPath: string, sourceFolders: readonly string[]): string {
  const hash = createHash('sha256').update(sdkVersion()).update('\0').update(workflowsPath);
  const sources = sourceFolders.flatMap((name) => globSync(join(name, '**/*.ts')));
  for (const source of [workflowsPath, ...sources.sort()]) {
    hash.update('\0').update(source).update('\0').update(readFileSync(source));
  }
  return hash.digest('hex');
}

function sdkVersion(): string {
  const manifest = createRequire(import.meta.url).resolve('@temporalio/worker/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  return `${version} ${dirname(manifest)}`;
}
