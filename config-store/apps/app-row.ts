import type { JsonObject } from '../../domain/json.ts';
import type { Plan } from '../../domain/release/plan.ts';

export type Sampling = 'off' | 'metadata' | 'redacted' | 'full';

/** What is kept of an app's requests, and how many. */
export interface SampleSettings {
  sampling: Sampling;
  /** Over all gateways of an environment, in the long run. */
  samplesPerSecond: number;
  /** In an environment: the newest ones. */
  maxSamples: number;
  /** The same of fresh samples, in number and in sealed bytes. */
  maxFreshSamples: number;
  maxFreshMegabytes: number;
}

/** Are callers' reports of calls past the gateways shown alone, or judged with what gateways have seen? */
export type Reports = 'shown' | 'judged';

export interface SuiteRow {
  name: string;
  digest: string;
  content: JsonObject;
}

/** What the newest publication of an app brought along. */
export interface Published {
  plans?: Record<string, Plan>;
  suites?: SuiteRow[];
}

export interface AppRow extends SampleSettings {
  reports: Reports;
  name: string;
  published: Published;
  createdAt: string;
}
