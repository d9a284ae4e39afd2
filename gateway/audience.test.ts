import { readCounts } from '../config-store/looks/read-counts.ts';
import { listGateways } from '../config-store/gateways/list-gateways.ts';
import { rollback } from '../config-store/splits/rollback.ts';
import { waitFor } from '../tests/support/wait-for.ts';
import {
  ask,
  asJson,
  createApp,
  environment,
  keyFor,
  quickCounting,
  release,
  useGateways,
  type Asked,
} from './test-fixtures/use-gateways.ts';

const gateways = useGateways();
const audience = { weight: 50, labels: { tenant: ['acme'] }, subjects: ['tester-1', 'tester-2', 'tester-3'] };
const counting = { ...quickCounting, audience };
const names = Array.from({ length: 40 }, (_, i) => `user-${i}`);

const labelled = (headers: Record<string, string>, subject: string, tenant = 'acme') => ({
  headers: { ...headers, 'x-sluice-subject': subject, 'x-sluice-label-tenant': tenant },
});

/** A release whose audience alone has its candidate, and a gateway that serves it. */
async function servedFirst({ weight = 0, ttlMs = 60_000 } = {}) {
  const { db } = gateways.stage;
  const { app, stable } = await createApp(db);
  const trusted = await keyFor(db, app);
  const caller = await keyFor(db, app, { scopes: ['call'] });
  const released = await release(db, app, { weight, counting, ttlMs });
  const { url } = await gateways.start();
  return { ...released, app, stable, url, trusted: trusted.headers, caller: caller.headers };
}

const armsOf = (answers: readonly Asked[]) => answers.map(({ arm }) => arm);
const all = <T>(ask: (subject: string) => Promise<T>): Promise<T[]> => Promise.all(names.map(ask));

describe('a gateway while the audience alone has the candidate', () => {
  it('gives it to a part of the members, and to nobody else (16)', async () => {
    const { app, url, trusted, caller, candidate } = await servedFirst();
    const members = await all((subject) => ask(url, app, labelled(trusted, subject)));
    const onIt = members.filter(({ arm }) => arm === 'candidate');
    expect(onIt.length).toBeGreaterThan(4);
    expect(onIt.length).toBeLessThan(36);
    expect(onIt.every(({ digest, reason }) => digest === candidate && reason === 'audience')).toBe(true);
    const others = [
      ...(await all((subject) => ask(url, app, labelled(trusted, subject, 'initech')))),
      ...(await all((subject) => ask(url, app, { headers: { ...trusted, 'x-sluice-subject': subject } }))),
      // The same words from who may not say them, with a key and without.
      ...(await all((subject) => ask(url, app, labelled(caller, subject)))),
      ...(await all((subject) => ask(url, app, labelled({}, subject)))),
      ...(await all(() => ask(url, app, labelled({}, '')))),
    ];
    expect(others.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(armsOf(others))).toEqual(new Set(['stable']));
  });

  it('deals it by the same bucket to the same subject, wherever it asks, also by assignment', async () => {
    const { app, url, trusted } = await servedFirst();
    const asked = await all((subject) => ask(url, app, labelled(trusted, subject)));
    const assign = async (subject: string, labels: object | undefined) => {
      const body = JSON.stringify({ app, subject, ...(labels === undefined ? {} : { labels }) });
      const response = await fetch(`${url}/v1/assign`, {
        ...asJson,
        headers: { ...asJson.headers, ...trusted },
        body,
      });
      return (await response.json()) as { readonly arm: string; readonly assignment: string };
    };
    const assigned = await all((subject) => assign(subject, { tenant: 'acme' }));
    expect(assigned.map(({ arm }) => arm)).toEqual(armsOf(asked));
    expect(new Set((await all((subject) => assign(subject, undefined))).map(({ arm }) => arm))).toEqual(
      new Set(['stable']),
    );
    const given = assigned.find(({ arm }) => arm === 'candidate')?.assignment ?? '';
    const answer = await ask(url, app, { headers: { ...trusted, 'x-sluice-assignment': given } });
    expect(answer.arm).toBe('candidate');
  });

  it('goes back to stable where a label is not believed any more, also in a conversation', async () => {
    const { app, url, trusted, caller } = await servedFirst();
    const members = await all((subject) => ask(url, app, labelled(trusted, subject)));
    const member = names[members.findIndex(({ arm }) => arm === 'candidate')] ?? '';
    const talk = (headers: Record<string, string>) => {
      const said = labelled(headers, member).headers;
      return ask(url, app, { headers: { ...said, 'x-sluice-conversation': 'talk-1' } });
    };
    expect((await talk(trusted)).arm).toBe('candidate');
    expect((await talk(caller)).arm).toBe('stable');
  });

  it('counts its members on both arms, and all others on none', async () => {
    const { app, url, trusted, releaseId, version } = await servedFirst();
    const members = await all((subject) => ask(url, app, labelled(trusted, subject)));
    await all((subject) => ask(url, app, { headers: { ...trusted, 'x-sluice-subject': subject } }));
    const candidates = members.filter(({ arm }) => arm === 'candidate').length;
    const counted = await waitFor(
      async () => {
        const asked = { app, environment, releaseId, present: version, splitVersions: [version] };
        const { versions } = await readCounts(gateways.stage.db, { ...asked, means: [], histograms: false });
        const arms = versions.find(({ splitVersion }) => splitVersion === version)?.arms;
        const exposed = (arm: 'candidate' | 'stable') => arms?.[arm].judged['errors']?.long.exposed ?? 0;
        return exposed('candidate') + exposed('stable') >= names.length ? arms : undefined;
      },
      { what: 'the members to be counted' },
    );
    expect(counted.candidate.counts.admitted).toBe(candidates);
    expect(counted.stable.counts.admitted).toBe(names.length - candidates);
    const { drawn: ofCandidate = 0 } = counted.candidate.counts;
    expect(ofCandidate + (counted.stable.counts.drawn ?? 0)).toBe(names.length);
  });

  it('takes it from members by one press, and acks that (28)', async () => {
    const { app, url, trusted } = await servedFirst();
    const one = 'tester-1';
    const arms = await all((subject) => ask(url, app, labelled(trusted, subject)));
    expect(armsOf(arms)).toContain('candidate');
    const { version } = await rollback(gateways.stage.db, {
      ...{ app, environment, actor: 'user:bob', reason: 'by hand', operationId: 'press' },
    });
    await waitFor(
      async () =>
        (await listGateways(gateways.stage.db, { environment })).some(
          ({ live, acks }) => live && (acks[app] ?? 0) >= version,
        ),
      { what: 'the gateway to ack it' },
    );
    const after = await all((subject) => ask(url, app, labelled(trusted, subject)));
    expect(new Set([...armsOf(after), (await ask(url, app, labelled(trusted, one))).arm])).toEqual(
      new Set(['stable']),
    );
  });

  it('serves stable to members as well once the lease is over (23)', async () => {
    const { app, url, trusted } = await servedFirst({ ttlMs: 1_500 });
    await waitFor(
      async () => {
        const answers = await all((subject) => ask(url, app, labelled(trusted, subject)));
        return (
          answers.some(({ reason }) => reason === 'lease-expired') && !armsOf(answers).includes('candidate')
        );
      },
      { what: 'the lease to end' },
    );
  });
});

it('keeps members on the candidate in a share that is smaller than theirs', async () => {
  const { app, url, trusted, raise, version } = await servedFirst();
  const before = await all((subject) => ask(url, app, labelled(trusted, subject)));
  const raised = await raise(5, version);
  await waitFor(async () => (await ask(url, app)).version === raised, { what: 'the raise to be served' });
  const after = await all((subject) => ask(url, app, labelled(trusted, subject)));
  expect(armsOf(after)).toEqual(armsOf(before));
  const others = await all((subject) => ask(url, app, { headers: { 'x-sluice-subject': subject } }));
  expect(armsOf(others).filter((arm) => arm === 'candidate').length).toBeLessThan(10);
});
