import { SluiceError } from '../../domain/errors.ts';
import { verdictOfProbe, type ProbedTarget } from '../../domain/revision/target-probe.ts';
import type { Time } from '../patience/time.ts';
import type { Probe } from './probe-client.ts';

/** What the probes of a revision's targets in one environment say. */
export interface ProbeReport {
  /** Sentences about targets that cannot answer whatever is asked: a release with one of them is not begun. */
  readonly dead: string[];
  /** About targets, or a whole environment, that could not be asked now: no fault of the revision. */
  readonly unknown: string[];
}

/** A target that says "later" is asked again for this long in all, after waits of this length. */
const patienceMs = 8_000;
const longestWaitMs = 5_000;
const usualWaitMs = 1_000;

/**
 * Puts one tiny question to each target of a revision in an environment: what no fallback shall hide is found before
 * anything is begun. Never throws for what an environment does.
 */
export async function probeTargets(
  probe: Probe,
  {
    app,
    revision,
    environment,
  }: { readonly app: string; readonly revision: string; readonly environment: string },
  { time, signal }: { readonly time: Time; readonly signal?: AbortSignal },
): Promise<ProbeReport> {
  const untilMs = time.nowMs() + patienceMs;
  for (;;) {
    const found = await tryProbe(probe, { app, revision }, signal);
    const silent =
      'targets' in found ? found.targets.filter((each) => verdictOfProbe(each) === 'silent') : [];
    const nextMs = waitMs(silent);
    if (silent.length === 0 || time.nowMs() + nextMs > untilMs) return reportOf(found, environment);
    await time.wait(nextMs, signal);
  }
}

type Found = { readonly targets: ProbedTarget[] } | { readonly error: SluiceError };

async function tryProbe(
  probe: Probe,
  request: { readonly app: string; readonly revision: string },
  signal: AbortSignal | undefined,
): Promise<Found> {
  try {
    return await probe(request, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SluiceError) return { error };
    throw error;
  }
}

function waitMs(silent: readonly ProbedTarget[]): number {
  const asked = silent.map(({ outcome }) => (outcome.kind === 'failed' ? (outcome.retryAfterMs ?? 0) : 0));
  return Math.min(longestWaitMs, Math.max(usualWaitMs, ...asked));
}

function reportOf(found: Found, environment: string): ProbeReport {
  if ('error' in found) {
    const { code, message } = found.error;
    const sentence = `${environment}: ${message}`;
    // The environment has no such provider or key, or the prompts do not compile.
    const isDead = code === 'not_found' || code === 'invalid_file';
    return isDead ? { dead: [sentence], unknown: [] } : { dead: [], unknown: [sentence] };
  }
  const saidOf = (verdict: string) =>
    found.targets
      .filter((target) => verdictOfProbe(target) === verdict)
      .map((target) => sentenceOf(target, environment));
  return { dead: saidOf('dead'), unknown: saidOf('silent') };
}

/** `target 1 (openai/gpt-6-ultra) in production: 404 model_not_found` */
function sentenceOf({ target, name, outcome }: ProbedTarget, environment: string): string {
  const { status, code } = outcome.kind === 'failed' ? outcome : { status: undefined, code: 'answered' };
  const said = status === undefined || code.includes(String(status)) ? code : `${status} ${code}`;
  return `target ${target + 1} (${name}) in ${environment}: ${said}`;
}

/** What to do about dead targets. */
export const remedyForDead =
  'Mend the model’s name in the chain, or its binding and key in sluice.environments.yaml.';
