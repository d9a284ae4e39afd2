import type { Pool } from 'pg';
import type { Secrets } from '../home/home.ts';
import { freePort } from '../servers/free-port.ts';

/** A port to have, or `free` for one that nobody uses. */
export type PortChoice = number | 'free';

export interface StackOptions {
  readonly home: string;
  readonly secrets: Secrets;
  /** The operator's sluice.environments.yaml. */
  readonly environmentsFile: string;
  /** An admin token to make known; the stack keeps only its digest. */
  readonly adminToken?: string;
  /** Where these are given, the stack uses them and starts no server of its own. */
  readonly databaseUrl?: string | undefined;
  readonly temporalAddress?: string | undefined;
  readonly ports: {
    readonly api: PortChoice;
    readonly gateways: readonly PortChoice[];
    readonly staging: PortChoice;
    readonly temporalUi: PortChoice;
    /** Where gateways have their metrics, staging's and the API's last; free ones where none are chosen. */
    readonly admin?: readonly PortChoice[];
    /** Of the stack's own PostgreSQL; any free one where nothing is said. */
    readonly postgres?: PortChoice;
  };
  /** Publishes the policies that the stack is to go by, before anything of it serves. */
  readonly preparePolicies?: (db: Pool) => Promise<void>;
  /** Keep data over restarts and power losses; a demo's does not need to. */
  readonly durable: boolean;
  /** Settings beside those of the shell, each for the programs that know it: time-outs of a demo, provider keys. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told what is being started and what it took, in milliseconds. */
  readonly onProgress: (step: string, durationMs: number) => void;
  readonly log: (line: string) => void;
}

/** The port that was chosen, or one that nobody uses now. */
export async function portOf(choice: PortChoice): Promise<number> {
  return choice === 'free' ? await freePort() : choice;
}
