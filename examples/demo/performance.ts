import type { DemoWorld, WorldOptions } from './world.ts';

/** What came of it: the exit code, and what there is to report. */
export interface Performed {
  readonly code: number;
  readonly report: string;
}

/** What the demo plays: the story, or the journey with its claims. */
export interface Performance {
  /** What its world needs. */
  readonly options: Omit<WorldOptions, 'dataDirectory'>;
  /** Called once the world has started. */
  play(world: DemoWorld): Promise<Performed>;
  /** Says nothing more: what was cut off in the middle has nothing more to say. */
  silence(): void;
}
