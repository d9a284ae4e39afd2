import { SluiceError } from '../../domain/errors.ts';
import type { AskOnce, AskPinned, PinnedQuestion, Unanswered } from '../targets/pinned-answer.ts';
import { createPlace, type PatienceOptions, type CallPlace, type Silence } from './place.ts';
import { backOffMs } from './back-off.ts';
import { systemTime } from './time.ts';

/** Calls without an answer, of one question, before it is asked whether the question makes them fail. */
const silencesToDoubt = 3;
/** A question that is refused over and over while others are answered is given up after this many patiences. */
const patiencesOfQuestion = 5;

/** Keeps what is known of each place for all who ask: shards of one worker, both arms of an evaluation. */
export interface Patience {
  placeOf(name: string): CallPlace;
  /** Places that answer nothing at present. */
  waits(): Silence[];
  readonly options: PatienceOptions;
}

export function createPatience(options: Omit<PatienceOptions, 'time'> & Partial<PatienceOptions>): Patience {
  const whole: PatienceOptions = { time: systemTime, ...options };
  const places = new Map<string, CallPlace>();
  return {
    options: whole,
    placeOf(name) {
      const place = places.get(name) ?? createPlace(name, whole);
      places.set(name, place);
      return place;
    },
    waits: () => [...places.values()].flatMap((place) => place.silence() ?? []),
  };
}

export interface PatientCallerParts {
  readonly ask: AskOnce;
  readonly patience: Patience;
  /** Names the place that a question is asked of: `openai/gpt-5-mini`. */
  readonly placeOf: (question: PinnedQuestion) => string;
  /** Does the place answer anything at all? Asked where it leaves one question without an answer. */
  readonly isAlive: (question: PinnedQuestion) => Promise<boolean>;
}

/**
 * Asks until there is an answer. What a provider refuses to take (its limit, an overload, an outage) is asked again
 * when it says so: it is nobody's result. A question that is left without an answer while the provider answers others is
 * the revision's failure.
 *
 * Throws what `ask` throws, and `unreachable` where a provider answers nothing for as long as there is patience.
 */
export function createPatientCaller({ ask, patience, placeOf, isAlive }: PatientCallerParts): AskPinned {
  const { time, patienceMs } = patience.options;
  return async (question) => {
    const place = patience.placeOf(placeOf(question));
    const startedMs = time.nowMs();
    let silences = 0;
    for (;;) {
      const reply = await place.turn(() => ask(question), question.signal);
      if (reply.kind === 'answered') return { ...reply, attempts: reply.attempts + silences };
      if (reply.kind === 'failed') return reply;
      if (reply.how === 'silent') {
        silences += 1;
        if (silences >= silencesToDoubt && (await isAlive(question))) return failedBy(reply, silences);
        await time.wait(backOffMs(silences, time.random()), question.signal);
      } else if (time.nowMs() - startedMs > patiencesOfQuestion * patienceMs) {
        throw neverTaken(placeOf(question), reply);
      }
    }
  };
}

function failedBy({ code, message, latencyMs }: Unanswered, times: number) {
  const said = `${message} (${times} times, while the provider answered others)`;
  return { kind: 'failed' as const, code, message: said, latencyMs, attempts: times };
}

function neverTaken(place: string, { code, message }: Unanswered): SluiceError {
  return new SluiceError(
    'unreachable',
    `${place} refuses one question again and again (${code}: ${message.slice(0, 200)}).`,
    {
      remedy: 'See whether the question is larger than what the account may ask at once.',
      details: { outOfPatience: true },
    },
  );
}
