import type { ServedRevision } from '../../config/bind-revision.ts';
import type { ServedApp } from '../../config/served-app.ts';

/** One that asks nobody, with its digest for a label. */
export const revision = (digest: string): ServedRevision => ({
  digest,
  app: 'bank',
  label: digest,
  content: {
    prompts: {},
    chain: [],
    parameters: {},
    caller: [],
    timeouts: { connect: '1s', firstContent: '1s', idle: '1s', total: '1s' },
  },
  prompts: new Map(),
  chain: [],
  totalTimeoutMs: 1_000,
});

/** An app with the candidate `C` beside the stable `S`, at a weight in percent, by the salt `x`. */
export const servedAt = (weight: number): ServedApp => ({
  split: {
    app: 'bank',
    environment: 'production',
    version: 3,
    stable: 'S',
    candidate: 'C',
    weight,
    include: [],
    exclude: [],
    salt: 'x',
  },
  stable: revision('S'),
  candidate: revision('C'),
  sampling: 'off',
  formerStables: new Map([['F', revision('F')]]),
});
