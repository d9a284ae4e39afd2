import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { valueOf, withValues, type Context } from './expressions.ts';

const texts = z.record(z.string(), z.coerce.string());
const stepSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  shell: z.literal('bash').optional(),
  with: texts.default({}),
  env: texts.default({}),
});
type Step = z.output<typeof stepSchema>;
const workflowSchema = z.looseObject({
  permissions: texts,
  jobs: z.record(z.string(), z.looseObject({ env: texts.default({}), steps: z.array(stepSchema) })),
});
const actionSchema = z.looseObject({
  inputs: z.record(z.string(), z.looseObject({ default: z.string().default('') })),
  outputs: z.record(z.string(), z.looseObject({ value: z.string() })),
  runs: z.strictObject({ using: z.literal('composite'), steps: z.array(stepSchema) }),
});

/** A job's machine, and what GitHub tells it. */
export interface Machine {
  /** The repository, checked out at what the run is about. */
  readonly workspace: string;
  readonly temp: string;
  /** Artifacts of all runs, a folder each. */
  readonly artifacts: string;
  /** Where the action `OWNER/sluice` is. */
  readonly action: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `github`, `secrets`, `vars`, … as workflows know them. */
  readonly context: Context;
}

export interface RanStep {
  readonly step: string;
  readonly code: number;
  readonly seconds: number;
  readonly said: string;
}

interface Job {
  readonly machine: Machine;
  readonly environment: Readonly<Record<string, string>>;
  readonly context: Context;
  readonly ran: RanStep[];
  path: string;
  failed: boolean;
}

/**
 * Runs the steps of a workflow's one job as GitHub's runner does, as they stand: shells, outputs, paths and environment of the
 * steps, conditions, composite actions. Actions of GitHub's own are played: the repository is checked out and Node is there
 * already, and artifacts are folders. Whatever it does not know it refuses.
 */
export async function runWorkflow(file: string, machine: Machine): Promise<RanStep[]> {
  const { jobs } = workflowSchema.parse(parse(readFileSync(file, 'utf8')));
  const [job, ...others] = Object.values(jobs);
  if (job === undefined || others.length > 0)
    throw new Error(`${file} is a workflow of ${Object.keys(jobs).length} jobs.`);
  mkdirSync(machine.temp, { recursive: true });
  const environment = { ...machine.environment, ...mapped(job.env, machine.context) };
  const run: Job = {
    machine,
    environment,
    context: machine.context,
    ran: [],
    path: machine.environment['PATH'] ?? '',
    failed: false,
  };
  await runSteps(job.steps, run, { steps: {} });
  return run.ran;
}

function mapped(values: Readonly<Record<string, string>>, context: Context): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, withValues(text, context)]));
}

async function runSteps(
  steps: readonly Step[],
  job: Job,
  more: Context & { steps: Record<string, unknown> },
): Promise<void> {
  for (const step of steps) {
    const context = { ...job.context, ...more, failed: job.failed };
    const runs = step.if === undefined ? !job.failed : valueOf(step.if, context) === true;
    if (!runs) continue;
    const outputs = await runStep(
      step,
      { ...job, environment: { ...job.environment, ...mapped(step.env, context) } },
      context,
      job,
    );
    if (step.id !== undefined) more.steps[step.id] = { outputs };
  }
}

async function runStep(step: Step, scoped: Job, context: Context, job: Job): Promise<Record<string, string>> {
  if (step.run !== undefined) return runShell(step, withValues(step.run, context), scoped, job);
  const [uses = ''] = (step.uses ?? '').split('@');
  const inputs = mapped(step.with, context);
  if (uses === 'OWNER/sluice') return runAction(inputs, scoped, job);
  const played = playedActions[uses];
  if (played === undefined) throw new Error(`What does ${step.uses ?? 'a step that does nothing'} do?`);
  played(inputs, job.machine);
  return {};
}

const playedActions: Record<
  string,
  ((inputs: Record<string, string>, machine: Machine) => void) | undefined
> = {
  'actions/checkout': () => undefined,
  'actions/setup-node': () => undefined,
  'actions/upload-artifact': ({ name = '', path = '' }, { artifacts }) => {
    if (!existsSync(path)) throw new Error(`No files were found at "${path}".`);
    cpSync(path, join(artifacts, name, basename(path)));
  },
  'actions/download-artifact': ({ name = '', path = '' }, { artifacts }) => {
    cpSync(join(artifacts, name), path, { recursive: true });
  },
};

async function runAction(
  given: Record<string, string>,
  scoped: Job,
  job: Job,
): Promise<Record<string, string>> {
  const { action } = scoped.machine;
  const { inputs, outputs, runs } = actionSchema.parse(
    parse(readFileSync(join(action, 'action.yml'), 'utf8')),
  );
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unknown.length > 0) throw new Error(`Unexpected inputs: ${unknown.join(', ')}`);
  const github = { ...Object(scoped.context['github']), action_path: action } as unknown;
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      given[name] ?? withValues(input.default, { ...scoped.context, github }),
    ]),
  );
  const inner: Job = { ...scoped, context: { ...scoped.context, github }, ran: job.ran };
  const more = { inputs: values, steps: {} };
  await runSteps(runs.steps, inner, more);
  job.failed = inner.failed;
  job.path = inner.path;
  const context = { ...inner.context, ...more };
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value }]) => [name, withValues(value, context)]),
  );
}

async function runShell(step: Step, script: string, scoped: Job, job: Job): Promise<Record<string, string>> {
  const { temp, workspace } = scoped.machine;
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_PATH: join(temp, 'path') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const env = {
    ...scoped.environment,
    ...files,
    PATH: job.path,
    RUNNER_TEMP: temp,
    GITHUB_WORKSPACE: workspace,
    GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
  };
  const startedMs = performance.now();
  // As GitHub's runner calls it: by its name where a step names it.
  const flags = step.shell === undefined ? ['-e'] : ['--noprofile', '--norc', '-eo', 'pipefail'];
  const { code, said } = await new Promise<Pick<RanStep, 'code' | 'said'>>((done) => {
    execFile(
      'bash',
      [...flags, '-c', script],
      { cwd: workspace, env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const exit = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
        done({ code: exit, said: `${stdout}${stderr}` });
      },
    );
  });
  job.ran.push({ step: step.name ?? script, code, said, seconds: (performance.now() - startedMs) / 1000 });
  if (code !== 0) job.failed = true;
  const added = readFileSync(files.GITHUB_PATH, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  job.path = [...added.reverse(), job.path].join(':');
  const lines = readFileSync(files.GITHUB_OUTPUT, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
