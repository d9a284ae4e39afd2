import { SluiceError } from '../../domain/errors.ts';
import { verdictOfProbe } from '../../domain/revision/target-probe.ts';
import { createPatientCaller, type Patience } from '../patience/patient-caller.ts';
import type { AskPinned } from './pinned-answer.ts';
import { createPinnedClient, type PinnedClientOptions } from './pinned-client.ts';
import { createProbe } from './probe-client.ts';

export interface PatientGatewayParts {
  readonly gateway: PinnedClientOptions;
  readonly app: string;
  /** Of each revision that will be asked, by digest: the names of its targets, as `openai/gpt-5-mini`. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Shared by all that ask the same providers. */
  readonly patience: Patience;
}

/** Asks revisions through a gateway with the patience that their providers need. */
export function createPatientGateway({ gateway, app, chains, patience }: PatientGatewayParts): AskPinned {
  const probe = createProbe(gateway);
  return createPatientCaller({
    ask: createPinnedClient(gateway),
    patience,
    placeOf: ({ revision, target = 0 }) =>
      chains.get(revision)?.[target] ?? `${revision}, target ${target + 1}`,
    async isAlive({ revision, target = 0, signal }) {
      try {
        const { targets } = await probe({ app, revision, target }, signal);
        return targets.every((probed) => verdictOfProbe(probed) !== 'silent');
      } catch (error) {
        // A probe that cannot be made shows no life; whoever asks goes on until his patience ends.
        if (error instanceof SluiceError) return false;
        throw error;
      }
    },
  });
}
