/** Faults that are planted in the simulated store and its activities. None is in the product. */
export const storeBugs = [
  'a raise knows of no fence',
  'a raise while paused',
  'a promotion while paused',
  'a promotion knows of no fence',
  'a lease that lasts for ever',
  'condemns the displaced',
  'goes back to the condemned',
  'goes back to the oldest',
  'a replaced run writes its state',
  'an older state wins',
  'a repetition acts again',
  'the version stands still',
  'two releases are open',
  'a guard takes back what it does not watch',
  'a guard outlives its split',
] as const;

export type StoreBug = (typeof storeBugs)[number];

/** A fault that is planted in the product's own code when it is loaded: a piece of a file, and what it is made to say. */
export interface Mutation {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'a gateway accepts an older version',
    file: 'gateway/config/newest-served.ts',
    from: 'if (known === undefined || told.version > known.version) return undefined;',
    to: 'if (Math.random() >= 0) return undefined;',
  },
  {
    name: 'a gateway forgets what it served when it starts',
    file: 'gateway/config/refresh-view.ts',
    from: 'for (const known of await lastKnown.read()) {',
    to: 'for (const known of [] as KnownApp[]) {',
  },
  {
    name: 'a gateway serves on without a lease',
    file: 'gateway/config/lease.ts',
    from: 'lease.ageMs() <= lease.ttlMs',
    to: 'lease.ageMs() <= lease.ttlMs + 1e9',
  },
  {
    name: 'who is held back is served for ever',
    file: 'gateway/routing/guarded-route.ts',
    from: 'if (!candidateIsFresh) return { ...unjudged(question, guard), dealt };',
    to: '',
  },
  {
    name: 'an audience is everybody',
    file: 'domain/split/audience.ts',
    from: 'if (!member) return { weight, isCounted: weight > 0 };',
    to: '',
  },
  {
    name: 'an alarm leads to no comparison',
    file: 'domain/release/progress.ts',
    from: 'alarmed: progress.alarmed || event.alarmed === true,',
    to: 'alarmed: progress.alarmed,',
  },
  {
    name: 'a step is skipped',
    file: 'workflows/release/release.ts',
    from: 'if (stage.applies?.(run.progress) === false) continue;',
    to: "if (stage.applies?.(run.progress) === false || stage.name === 'canary-25') continue;",
  },
  {
    name: 'a gate that is inconclusive passes',
    file: 'workflows/gates/gate-end.ts',
    from: "return { ...gate, end: { outcome: 'inconclusive', reason: `${stage}: ${gate.summary}` } };",
    to: 'return gate as never;',
  },
  {
    // Found by the simulation in the product: a run that took over went on past a gate that had blocked the release.
    name: 'a stage that ends the release is left behind',
    file: 'workflows/release/run-stage.ts',
    from: "if (result.end === undefined) run.transition({ kind: 'left', ...alarm });",
    to: "run.transition({ kind: 'left', ...alarm });",
  },
  {
    // Found by the simulation in the product: a run that took over went on without the record of a stage.
    name: 'a command keeps the state while another write is on its way',
    file: 'workflows/release/release-run.ts',
    from: "while (this.#isKeeping && patched('states-are-kept-in-turn'))",
    to: "while (this.#isKeeping && !patched('states-are-kept-in-turn'))",
  },
  {
    // Found by the simulation in the product: a step waited for ever for a change that had come with its refusal.
    name: 'a pause that is over when its refusal is read is waited for',
    file: 'workflows/canary/when-progressing.ts',
    from: "if (hasChanged && !isPausedNow(run) && patched('resumed-while-refused')) continue;",
    to: 'void hasChanged;',
  },
  {
    name: 'blindness never ends a release',
    file: 'workflows/canary/note-looks.ts',
    from: 'if (Date.now() - blindSinceMs < maxBlindMs) return;',
    to: 'if (maxBlindMs > 0) return;',
  },
  {
    name: 'a pause lasts for ever',
    file: 'workflows/release/release-run.ts',
    from: 'return this.#progress.course.maxPauseMs - (this.pausedForMs() ?? -Infinity);',
    to: 'return Infinity;',
  },
  {
    name: 'what could not be measured is condemned',
    file: 'workflows/canary/note-looks.ts',
    from: "s: ${why}`;\n  throw new ReleaseEnded({ outcome: 'rolled_back', reason, condemns: false }, 'error');",
    to: "s: ${why}`;\n  throw new ReleaseEnded({ outcome: 'rolled_back', reason }, 'error');",
  },
  {
    name: 'commands are read the newest first and once',
    file: 'workflows/release/inbox.ts',
    from: 'return this.woken || this.signals.length > 0;',
    to: 'return this.signals.length > 1;',
  },
];

export type Bugs = ReadonlySet<string>;

export const bugNames: readonly string[] = [...storeBugs, ...mutations.map(({ name }) => name)];
