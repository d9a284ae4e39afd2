import { randomUUID } from 'node:crypto';
import type { App } from '../../api/schemas/apps.ts';
import type { PublishedRevision } from '../../api/schemas/revisions.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { done, type CommandOutcome } from '../output/outcome.ts';
import { packRelease, type Packed } from '../pack/pack.ts';
import type { Command, CommandContext } from './context.ts';
import { evaluateOnServer, planWithGate, refusalOf } from './release/first-gate.ts';
import { publishedAs } from './published-as.ts';
import { servingOutcome, untilServed } from './release/serving.ts';

export interface AppCreateOptions {
  /** Checked against the file's, where it is given. */
  readonly name?: string;
  readonly file: string;
  readonly label?: string;
  readonly stable: boolean;
  readonly sampling: 'off' | 'metadata' | 'redacted' | 'full';
  readonly allowDirty: boolean;
  /** The plan whose gate the first revision has to pass. */
  readonly plan: string;
  /** Serve without a passing gate; the reason goes into the audit log. */
  readonly skipEvaluation: boolean;
  readonly reason?: string;
}

interface Facts {
  readonly app: App;
  readonly revision: { readonly label: string; readonly digest: string };
}

const environment = 'production';
const confirmWithinMs = 10_000;

/**
 * Makes an app known, publishes its revision, plans and suites, and with `--stable` makes that revision serve, which
 * it says only where the gateways confirm it. The first revision has no stable one to be compared with, so the server
 * has it pass the bounds of the plan's gate that are absolute, pass rate and critical cases, before it serves.
 */
export const appCreate: Command<AppCreateOptions> = async (context, options) => {
  const packed = await packRelease({
    file: options.file,
    label: options.label,
    allowDirty: options.allowDirty,
    allowUntracked: options.allowDirty,
    settings: context.settings,
  });
  if (options.name !== undefined && options.name !== packed.app) {
    throw new SluiceError('usage', `${options.file} is of the app "${packed.app}", not "${options.name}".`, {
      remedy: `Leave the name out, or pass the file of "${options.name}" with -f.`,
    });
  }
  const { app: name, plans, suites, content, provenance } = packed;
  const isFirst = options.stable && !(await servesAlready(context, name));
  const gate = isFirst ? gateOf(packed, options) : undefined;
  const api = context.api();
  const made = { name, sampling: options.sampling };
  await api.post<App>('/v1/apps', made, randomUUID());
  const revision = { app: name, label: packed.label, content, provenance };
  const { digest, label } = await api.post<PublishedRevision>('/v1/revisions', revision);
  context.tell(publishedAs(packed.label, { label, digest }));
  const passed = await passGate(context, { packed, gate, revision: digest });
  if (passed.kind === 'refused') return passed.outcome;
  // Plans and suites come last, with what makes the revision serve: where either is refused, neither is there.
  const reason = `First release of the app: ${passed.summary}`;
  const stable = options.stable ? { stable: digest, reason, skipEvaluation: gate?.kind === 'skipped' } : {};
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

/** What a first revision has to pass, or why nobody wants it to. */
type Gate =
  | { readonly kind: 'plan'; readonly planName: string; readonly plan: Plan }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Throws `usage` where there is nothing to pass, and no reason for that. */
function gateOf(packed: Packed, { file, plan, skipEvaluation, reason }: AppCreateOptions): Gate {
  if (!skipEvaluation) return { kind: 'plan', planName: plan, plan: planWithGate(packed, { file, plan }) };
  if (reason !== undefined) return { kind: 'skipped', reason };
  throw new SluiceError('usage', 'An evaluation is skipped for a reason.', {
    remedy: 'Say why, for the audit log: --reason "today\'s prompt, as it serves already".',
  });
}

type Passed =
  | { readonly kind: 'passed'; readonly summary: string }
  | { readonly kind: 'refused'; readonly outcome: CommandOutcome };

/** Runs the gate on the server, whose result alone counts, where there is one to run. */
async function passGate(
  context: CommandContext,
  {
    packed,
    gate,
    revision,
  }: { readonly packed: Packed; readonly gate: Gate | undefined; readonly revision: string },
): Promise<Passed> {
  if (gate === undefined) return { kind: 'passed', summary: 'asked for again' };
  if (gate.kind === 'skipped') return { kind: 'passed', summary: `evaluation skipped, ${gate.reason}` };
  const evaluation = await evaluateOnServer(context, packed, { revision, ...gate });
  const outcome = refusalOf(evaluation);
  if (outcome !== undefined) return { kind: 'refused', outcome };
  const { summary = 'passed' } = evaluation;
  context.tell(`evaluation: ${summary}`);
  return { kind: 'passed', summary };
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
