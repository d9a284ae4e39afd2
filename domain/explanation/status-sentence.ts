import { oddsText } from '../guardrail/odds.ts';
import { isOpen } from '../release/release.ts';
import { countWords, percentWords, stateWord, timeWords, type NamedState } from './words.ts';

/** A guardrail as its newest check found it; evidence as natural logarithms. */
export interface FoundGuardrail {
  readonly subject: string;
  readonly evidence: number;
  readonly actsAt: number;
}

/** What the sentence about a release is made of. Nothing of it was said by users or models. */
export interface StatusFacts extends NamedState {
  readonly label: string;
  /** Where it is not known, its share is told of the traffic. */
  readonly environment?: string | undefined;
  readonly stage?: string | undefined;
  readonly reason?: string | undefined;
  /** The step that it is in. */
  readonly step?: { readonly number: number; readonly of: number } | undefined;
  readonly weight: { readonly set: number; readonly served: number | null };
  /** The same of its plan's audience, while that alone has it. */
  readonly audience?: StatusFacts['weight'] | undefined;
  /** As `Health.says`: what is not well, the worst first. */
  readonly unwell: readonly string[];
  readonly waitingFor?: string | undefined;
  readonly waitingUntil?: string | undefined;
  readonly hold?: { readonly elapsedMs: number; readonly totalMs: number } | undefined;
  readonly requests?: { readonly candidate: number; readonly needed: number } | undefined;
  readonly worst?: FoundGuardrail | undefined;
}

/** How a release is, in a sentence or two: the one that terminal, browser, Temporal and pull request show. */
export function statusSentence(facts: StatusFacts): string {
  return isOpen(facts.state) ? openSentence(facts) : closedSentence(facts);
}

function closedSentence(facts: StatusFacts): string {
  const why = facts.reason === undefined ? '' : `: ${facts.reason}`;
  return ended(`${facts.label} was ${stateWord(facts)}${why}`);
}

function openSentence(facts: StatusFacts): string {
  const { state, unwell, label } = facts;
  if (state === 'rolling_back')
    return ended(`${label} is being rolled back${facts.reason === undefined ? '' : `: ${facts.reason}`}`);
  const [worst] = unwell;
  // What is not well is what matters; where the release is comes after it.
  const first = worst === undefined ? waitsOf(facts) : capital(worst);
  return [first, placeOf(facts), watchOf(facts)]
    .flatMap((each) => each ?? [])
    .map(ended)
    .join(' ');
}

function waitsOf({ waitingFor, waitingUntil }: StatusFacts): string | undefined {
  if (waitingFor === undefined) return undefined;
  return `It waits for ${waitingFor}${waitingUntil === undefined ? '' : `, until ${waitingUntil}`}`;
}

function placeOf(facts: StatusFacts): string {
  const { label, stage, audience, environment, step } = facts;
  const weight = audience ?? facts.weight;
  if (stage === 'evaluate') return `${label} is being evaluated`;
  if (stage === 'mirror') return `${label} is asked what users have asked, beside stable`;
  if (weight.set === 0) return stage === undefined ? `${label} is starting` : `${label} serves nobody yet`;
  const number = step === undefined ? '' : ` (step ${step.number} of ${step.of})`;
  const served =
    weight.served === weight.set
      ? ''
      : weight.served === null
        ? ', gateways do not agree yet'
        : `, of which gateways serve ${percentWords(weight.served)}`;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const whom = audience === undefined ? (environment ?? 'the traffic') : `its audience${where}`;
  return `${label} has ${percentWords(weight.set)} of ${whom}${number}${served}${heldOf(facts)}`;
}

function heldOf({ hold, requests }: StatusFacts): string {
  const held = hold === undefined ? [] : [`held ${timeWords(hold.elapsedMs)} of ${timeWords(hold.totalMs)}`];
  const seen =
    requests === undefined
      ? []
      : [`${countWords(requests.candidate)} of ${countWords(requests.needed)} requests`];
  const all = [...held, ...seen];
  return all.length === 0 ? '' : `: ${all.join(', ')}`;
}

/** Half the way to acting, as a logarithm: below that it is noise to whoever reads one sentence. */
export function isWatched({ evidence, actsAt }: Pick<FoundGuardrail, 'evidence' | 'actsAt'>): boolean {
  return actsAt > 0 && evidence >= actsAt / 2;
}

function watchOf({ worst }: StatusFacts): string | undefined {
  if (worst === undefined || !isWatched(worst)) return undefined;
  const { subject, evidence, actsAt } = worst;
  return `${capital(subject)} look worse than stable, not proven yet: odds ${oddsText(evidence)}, acts at ${oddsText(actsAt)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
