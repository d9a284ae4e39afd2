import { randomUUID } from 'node:crypto';
import type { App, PublishedRevision } from '../../api/schemas/apps.ts';
import { exitCodes, SluiceError } from '../../domain/errors.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import { packRelease } from '../spec/pack.ts';
import type { Command, CommandContext } from './context.ts';
import { publishedAs } from './published-as.ts';
import { servingOutcome, untilServed } from './serving.ts';

export interface AppCreateOptions {
  /** Checked against the file's, where it is given. */
  name?: string;
  file: string;
  label?: string;
  stable: boolean;
  sampling: 'off' | 'metadata' | 'redacted' | 'full';
  allowDirty: boolean;
  /** The plan whose gate the first revision has to pass. */
  plan: string;
  /** Serve without a passing gate; the reason goes into the audit log. */
  skipEvaluation: boolean;
  reason?: string;
}

interface Facts {
  app: App;
  revision: { label: string; digest: string };
}

const environment = 'production';
const confirmWithinMs = 10_000;

/**
 * Makes an app known, publishes its revision, plans and suites, and with `--stable` makes that revision serve, which
 * it says only where the gateways confirm it. The first revision has no stable one to be compared with, so it has to
 * pass the bounds of the plan's gate that are absolute, pass rate and critical cases, before anything is published.
 */
export const appCreate: Command<AppCreateOptions> = async (context, options) => {
  const packed = await packRelease({
    file: options.file,
    label: options.label,
    allowDirty: options.allowDirty,
    settings: context.settings,
  });
  if (options.name !== undefined && options.name !== packed.app) {
    throw new SluiceError('usage', `${options.file} is of the app "${packed.app}", not "${options.name}".`, {
      remedy: `Leave the name out, or pass the file of "${options.name}" with -f.`,
    });
  }
  const { app: name, plans, suites, content, provenance } = packed;
  const isFirst = options.stable && !(await servesAlready(context, name));
  const evaluated = isFirst ? await passGate(context, options) : undefined;
  if (evaluated?.kind === 'refused') return evaluated.outcome;
  const api = context.api();
  const made = { name, sampling: options.sampling };
  await api.post<App>('/v1/apps', made, randomUUID());
  const revision = { app: name, label: packed.label, content, provenance };
  const { digest, label } = await api.post<PublishedRevision>('/v1/revisions', revision);
  context.tell(publishedAs(packed.label, { label, digest }));
  // Plans and suites come last, with what makes the revision serve: where either is refused, neither is there.
  const reason = `First release of the app: ${evaluated?.summary ?? 'asked for again'}`;
  const stable = options.stable ? { stable: digest, reason } : {};
  const body = { ...made, publication: { plans, suites }, ...stable };
  const app = await api.post<App>('/v1/apps', body, randomUUID());
  const facts = { app, revision: { label, digest } };
  if (options.stable) return confirmStable(context, facts);
  return done(`${name} is there with the revision ${label}; make it serve with: sluice app create --stable`, {
    ...facts,
  });
};

/** Asked for again it changes nothing, so that nothing has to be evaluated. */
async function servesAlready(context: CommandContext, name: string): Promise<boolean> {
  try {
    const { active } = await context.api().get<App>(`/v1/apps/${encodeURIComponent(name)}`);
    return active.some((place) => place.environment === environment);
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'not_found') return false;
    throw error;
  }
}

type Gate = { kind: 'passed'; summary: string } | { kind: 'refused'; outcome: CommandOutcome };

/** Runs the gate, or notes why nobody wants it to run. Throws `usage` where there is nothing to run. */
async function passGate(
  context: CommandContext,
  { file, label, plan, skipEvaluation, reason }: AppCreateOptions,
): Promise<Gate> {
  if (skipEvaluation) {
    if (reason !== undefined) return { kind: 'passed', summary: `evaluation skipped, ${reason}` };
    throw new SluiceError('usage', 'An evaluation is skipped for a reason.', {
      remedy: 'Say why, for the audit log: --reason "today\'s prompt, as it serves already".',
    });
  }
  // What an evaluation needs (a gateway, a database) is loaded by whoever runs one.
  const { evaluateFirst } = await import('../eval/eval-command.ts');
  const { outcome, summary } = await evaluateFirst(context, {
    file,
    plan,
    ...(label === undefined ? {} : { label }),
  });
  if (outcome.code === exitCodes.done) {
    context.tell(`evaluation: ${summary}`);
    return { kind: 'passed', summary };
  }
  const text = `${outcome.text}\nNothing was published. Mend it, or say why it should serve: --skip-evaluation --reason.`;
  return { kind: 'refused', outcome: { ...outcome, text } };
}

/** Says that the revision serves only once the gateways have said so. */
async function confirmStable(context: CommandContext, facts: Facts): Promise<CommandOutcome> {
  const { name, active } = facts.app;
  const { label, digest } = facts.revision;
  const now = active.find((place) => place.environment === environment)?.stable;
  if (now !== undefined && now.digest !== digest) {
    return done(`${label} was the first revision of ${name}; ${now.label} is stable today.`, { ...facts });
  }
  const serving = await untilServed(context, { app: name, environment, withinMs: confirmWithinMs });
  return { ...servingOutcome(label, serving), json: { ...facts, serving } };
}
