import type { JsonObject } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';

export type Sampling = 'off' | 'metadata' | 'redacted' | 'full';

/** What is kept of an app's requests, and how many. */
export interface SampleSettings {
  readonly sampling: Sampling;
  /** Over all gateways of an environment, in the long run. */
  readonly samplesPerSecond: number;
  /** In an environment: the newest ones. */
  readonly maxSamples: number;
  /** The same of fresh samples, in number and in sealed bytes. */
  readonly maxFreshSamples: number;
  readonly maxFreshMegabytes: number;
}

/** Are callers' reports of calls past the gateways shown alone, or judged with what gateways have seen? */
export type Reports = 'shown' | 'judged';

export interface SuiteRow {
  readonly name: string;
  readonly digest: string;
  readonly content: JsonObject;
}

/** What the newest publication of an app brought along. */
export interface Published {
  readonly plans?: Record<string, Plan>;
  readonly suites?: SuiteRow[];
}

export interface AppRow extends SampleSettings {
  readonly reports: Reports;
  readonly name: string;
  readonly published: Published;
  readonly createdAt: string;
}
