import { z } from 'zod';

const fault = z.strictObject({
  provider: z.enum(['openai', 'anthropic']).optional(),
  model: z.string().optional(),
  kind: z.enum([
    'latency',
    'rate_limit',
    'server_error',
    'hang',
    'broken_stream',
    'malformed_body',
    'refuse_connection',
    'empty',
    'truncated',
    'refused',
    'invalid_format',
    'model_changed',
  ]),
  probability: z.number().min(0).max(1).default(1),
  /** Of `latency`; not divided by the simulator's speed. */
  latencyMs: z.number().min(0).default(1000),
  status: z.number().int().min(400).max(599).optional(),
  retryAfterSeconds: z.number().min(0).default(1),
  /** Only for requests whose last user message is at least this long. */
  minInputChars: z.number().int().min(0).default(0),
});

/** The body of `PUT /simulator/faults`. */
export const faultScript = z.strictObject({ faults: z.array(fault) });

export type SimulatedFault = z.infer<typeof fault>;
export type FaultKind = SimulatedFault['kind'];

/** What a request says of itself when faults are looked up for it. */
export interface FaultSubject {
  readonly provider: 'openai' | 'anthropic';
  readonly model: string;
  readonly inputCharacters: number;
}

export interface FaultStore {
  list(): readonly SimulatedFault[];
  replace(faults: readonly SimulatedFault[]): void;
  /** The faults that strike this request: every latency, and the first of the others. */
  strike(subject: FaultSubject): { readonly latencyMs: number; readonly fault?: SimulatedFault };
}

/** Holds the faults that are switched on; `random` decides those with a probability. */
export function createFaultStore(random: () => number): FaultStore {
  let faults: readonly SimulatedFault[] = [];
  return {
    list: () => faults,
    replace(next) {
      faults = next;
    },
    strike({ provider, model, inputCharacters }) {
      const struck = faults.filter(
        (candidate) =>
          (candidate.provider ?? provider) === provider &&
          (candidate.model ?? model) === model &&
          inputCharacters >= candidate.minInputChars &&
          (candidate.probability >= 1 || random() < candidate.probability),
      );
      const slow = struck.filter(({ kind }) => kind === 'latency');
      const first = struck.find(({ kind }) => kind !== 'latency');
      const latencyMs = slow.reduce((sum, candidate) => sum + candidate.latencyMs, 0);
      return { latencyMs, ...(first === undefined ? {} : { fault: first }) };
    },
  };
}
