import type { Pool } from 'pg';
import { z } from 'zod';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { listHistory } from '../../config-store/splits/list-history.ts';
import { tryoutPolicy } from '../../domain/policy/policy.ts';
import { planSchema } from '../../domain/release/plan.ts';
import {
  ask,
  createApp,
  environment,
  keyFor,
  publish,
  useGateways,
  type Asked,
} from '../../gateway/test-fixtures/use-gateways.ts';
import { commitRelease, startRelease, useReleaseStack } from '../../workers/test-fixtures/release-stack.ts';
import { endOf } from '../../workflows/test-fixtures/end-of.ts';

const gateways = useGateways();
const stack = useReleaseStack();
jest.setTimeout(120_000);

const byName = Array.from({ length: 15 }, (_, i) => `tester-${i}`);
const step = { hold: '1s', minExposures: 20 };
const plan = planSchema.parse({
  ...{ evaluate: 'skip', mirror: 'skip', settle: '100ms', settleLong: '1s', maxBlind: '30s', lease: '20s' },
  audience: { ...step, labels: { tenant: ['acme'] }, subjects: byName, weight: 50 },
  steps: [
    { ...step, weight: 50 },
    { ...step, weight: 100 },
  ],
  holdback: 20,
});

/** Who asks: with a key whose labels count, or with one whose labels do not. */
const callers = {
  'of the tenant': { key: 'trusted', tenant: 'acme', subject: (n: number) => `acme-${n % 80}` },
  'named in the plan': {
    ...({ key: 'plain', tenant: undefined } as const),
    subject: (n: number) => byName[n % byName.length] ?? '',
  },
  'of another tenant': { key: 'trusted', tenant: 'initech', subject: (n: number) => `initech-${n % 80}` },
  'of no tenant': { key: 'trusted', tenant: undefined, subject: (n: number) => `nobody-${n % 80}` },
  'saying so without the scope': {
    ...({ key: 'plain', tenant: 'acme' } as const),
    subject: (n: number) => `impostor-${n % 80}`,
  },
} as const;
type Who = keyof typeof callers;
const everybody: readonly Who[] = [
  'of the tenant',
  'named in the plan',
  'of another tenant',
  'of no tenant',
  'saying so without the scope',
];
const members: readonly Who[] = ['of the tenant', 'named in the plan'];
const others = everybody.filter((who) => !members.includes(who));

const counted = z.object({
  candidateExposed: z.number(),
  candidateBad: z.number(),
  stableExposed: z.number(),
});
const countsSchema = z.object({ errors: z.object({ short: z.array(counted) }) });

interface Heard extends Pick<Asked, 'status' | 'arm' | 'reason' | 'version' | 'digest'> {
  readonly who: Who;
  readonly subject: string;
}

/** All of them ask, again and again, until told to stop; gives what they heard. */
async function untilStopped(url: string, db: Pool, app: string, signal: AbortSignal): Promise<Heard[]> {
  const keys = {
    trusted: (await keyFor(db, app)).headers,
    plain: (await keyFor(db, app, { scopes: ['call'] })).headers,
  };
  const heard: Heard[] = [];
  for (let n = 0; !signal.aborted; n += 1) {
    await Promise.all(
      everybody.map(async (who) => {
        const { key, tenant, subject: subjectOf } = callers[who];
        const subject = subjectOf(n);
        const label = tenant === undefined ? {} : { 'x-sluice-label-tenant': tenant };
        // Another question each time: the same one again is a retry, which counts for nothing.
        const messages = [{ role: 'user', content: `question ${n}` }];
        const headers = { ...keys[key], 'x-sluice-subject': subject, ...label };
        const { status, arm, reason, version, digest } = await ask(url, app, { headers, messages });
        heard.push({ who, subject, status, arm, reason, version, digest });
      }),
    );
  }
  return heard;
}

/** Plays a release of a candidate under that traffic, to its end. */
async function played(model: string) {
  const { db, databaseUrl } = stack;
  const { app, stable } = await createApp(db);
  await publishPolicy(db, { scope: app, policy: tryoutPolicy, actor: 'user:ada' });
  const candidate = await publish(db, app, 'candidate', { chain: [{ provider: 'openai', model }] });
  const { url } = await gateways.start({ databaseUrl });
  const stop = new AbortController();
  const traffic = untilStopped(url, db, app, stop.signal);
  try {
    return await stack.onWorker(async (taskQueue) => {
      const row = await commitRelease(db, app, candidate, plan);
      const end = await endOf(await startRelease(stack, taskQueue, row));
      stop.abort();
      const heard = await traffic;
      const history = (await listHistory(db, { app, environment })).items.reverse();
      const evidence = await listEvidence(db, { releaseId: row.id });
      return { ...{ app, stable, candidate, url, end, heard, history, evidence, db } };
    });
  } finally {
    stop.abort();
    await traffic;
  }
}

type Played = Awaited<ReturnType<typeof played>>;

/** What was heard while the audience alone had the candidate. */
function heardFirst({ history, heard }: Played) {
  const [, first] = history;
  expect(first).toMatchObject({ kind: 'raise', weight: 0 });
  return heard.filter(({ version }) => version === first?.version);
}

const both = new Set(['candidate', 'stable']);
const changesOf = ({ history }: Played) => history.map(({ kind, weight }) => `${kind} ${weight}`);
const of = (heard: readonly Heard[], who: readonly Who[]) => heard.filter((each) => who.includes(each.who));
const armsOf = (heard: readonly Heard[]) => new Set(heard.map(({ arm }) => arm));

/** What the looks of a stage have counted of either arm, settled at the short horizon. */
function countedIn({ evidence }: Played, stage: string) {
  const rows = evidence
    .filter((look) => look.stage === stage)
    .flatMap(({ counts }) => countsSchema.parse(counts).errors.short);
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    candidate: sum((row) => row.candidateExposed),
    bad: sum((row) => row.candidateBad),
    stable: sum((row) => row.stableExposed),
  };
}

describe('a release with an audience, asked by its members and by others', () => {
  it('is seen by a part of its members first, judged by them, and promoted', async () => {
    const release = await played('atlas-mini');
    expect(release.end).toMatchObject({ outcome: 'promoted' });
    expect(changesOf(release)).toEqual([
      ...['create 0', 'raise 0', 'raise 50', 'raise 80', 'raise 100', 'promote 0'],
    ]);

    const first = heardFirst(release);
    const asMembers = of(first, members);
    for (const who of members) expect([who, armsOf(of(first, [who]))]).toEqual([who, both]);
    for (const who of others) expect([who, armsOf(of(first, [who]))]).toEqual([who, new Set(['stable'])]);
    const onIt = asMembers.filter(({ arm }) => arm === 'candidate');
    expect(new Set(onIt.map(({ reason }) => reason))).toEqual(new Set(['audience']));
    expect(new Set(onIt.map(({ digest }) => digest))).toEqual(new Set([release.candidate]));

    // A member stays where it is, and no raise takes the candidate from it.
    const armOf = new Map(asMembers.map(({ subject, arm }) => [subject, arm]));
    expect(asMembers.filter(({ subject, arm }) => arm !== armOf.get(subject))).toEqual([]);
    const later = of(release.heard, members).filter(({ version }) => version > (first[0]?.version ?? 0));
    const hadIt = later.filter(({ subject }) => armOf.get(subject) === 'candidate');
    expect(new Set(hadIt.map(({ digest }) => digest))).toEqual(new Set([release.candidate]));
    expect(release.heard.filter(({ status }) => status !== 200)).toEqual([]);

    // It was judged by its members on either arm, and by nobody else.
    const counted = countedIn(release, 'audience');
    expect(counted.bad).toBe(0);
    expect(counted.candidate).toBeGreaterThanOrEqual(step.minExposures);
    expect(counted.candidate).toBeLessThanOrEqual(onIt.length);
    expect(counted.stable).toBeGreaterThan(0);
    expect(counted.stable).toBeLessThanOrEqual(asMembers.length - onIt.length);
  });

  it('is taken back by what they see, before anybody else has it', async () => {
    await gateways.fault({ model: 'atlas-mini', kind: 'server_error' });
    const release = await played('atlas-mini');
    const reason = expect.stringMatching(/^errors worse than stable/) as unknown;
    expect(release.end).toMatchObject({ outcome: 'rolled_back', reason });
    expect(changesOf(release)).toEqual(['create 0', 'raise 0', 'rollback 0']);

    const first = heardFirst(release);
    const rescued = first.filter((each) => each.reason === 'rescued');
    expect(new Set(rescued.map(({ who }) => who))).toEqual(new Set(members));
    expect(countedIn(release, 'audience').bad).toBeGreaterThan(0);
    // Stable answered in the candidate's place, and alone once it was taken back.
    expect(release.heard.filter(({ status, digest }) => status !== 200 || digest !== release.stable)).toEqual(
      [],
    );
  });
});
