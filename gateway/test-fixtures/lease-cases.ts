import { renewLease } from '../../config-store/test-fixtures/renew-lease.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { createApp, environment, release, type useGateways } from './use-gateways.ts';

/** What somebody is served by, and why. */
export interface ServedBy {
  readonly arm: string | null;
  readonly reason: string | null;
  readonly digest: string | null;
}

/** Something that serves an app by its split. */
export interface Server {
  ask(app: string): Promise<ServedBy>;
  stop(): Promise<void>;
}

/** A kind of them: a gateway, or a client that decides in an application's process. */
export interface ServerKind {
  /** One that is called `id`, and goes on with the disk of an earlier one of that name. */
  start(app: string, id: string, options?: { readonly pollMs?: number }): Promise<Server>;
  /** One whose way to where splits come from the test cuts. */
  startCuttable(app: string, id: string): Promise<Server>;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** The split version that the database knows it to serve. */
  ackOf(app: string, id: string): Promise<number | undefined>;
}

type Gateways = ReturnType<typeof useGateways>;

/** Waits until an arm serves. `judge` goes on meanwhile: on a busy machine one lease may be over before it is heard of. */
const serves = (server: Server, app: string, arm: string, judge: () => Promise<unknown> = nobody) =>
  waitFor(
    async () => {
      await judge();
      return (await server.ask(app)).arm === arm;
    },
    { what: `${app} to be served by ${arm}`, intervalMs: 50 },
  );

const nobody = () => Promise.resolve();

/** What holds of whoever serves by a split (invariants 19 and 23). `kindOf` is called once for each test. */
export function describeLease(gateways: Gateways, kindOf: () => Promise<ServerKind>): void {
  it('leaves a candidate when nobody judges it any more, and takes it up again when somebody does (19, 23)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const ttlMs = 1_500;
    const { releaseId } = await release(db, app, { weight: 100, ttlMs });
    const renew = () => renewLease(db, { releaseId, ttlMs });
    const server = await (await kindOf()).start(app, 'judged');
    await serves(server, app, 'candidate', renew);
    const lastJudgedMs = performance.now();
    let lastOnCandidateMs = lastJudgedMs;
    await waitFor(
      async () => {
        const askedMs = performance.now();
        if ((await server.ask(app)).arm === 'stable') return true;
        lastOnCandidateMs = askedMs;
        return false;
      },
      { what: 'the candidate to be left' },
    );
    expect(lastOnCandidateMs - lastJudgedMs).toBeLessThan(ttlMs + 100 + 1_000);
    expect(await server.ask(app)).toMatchObject({ digest: stable, reason: 'lease-expired' });
    await serves(server, app, 'candidate', renew);
  });

  it('leaves a candidate when it hears no more, though others judge on (19, 23)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    const ttlMs = 2_000;
    const { releaseId } = await release(db, app, { weight: 100, ttlMs });
    const judge = () => renewLease(db, { releaseId, ttlMs });
    const kind = await kindOf();
    const server = await kind.startCuttable(app, 'cut');
    await serves(server, app, 'candidate', judge);
    await kind.cut();
    await waitFor(
      async () => {
        await judge();
        return (await server.ask(app)).reason === 'lease-expired';
      },
      { what: 'the lease to run out here', intervalMs: 100 },
    );
    expect(await server.ask(app)).toMatchObject({ arm: 'stable', digest: stable });
    await kind.mend();
    // A client asks again after up to five seconds: longer than this lease.
    await serves(server, app, 'candidate', judge);
  });

  it('leaves a candidate at a rollback at once, and acks that', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const kind = await kindOf();
    const server = await kind.start(app, 'acker', { pollMs: 10_000 });
    expect((await server.ask(app)).arm).toBe('candidate');
    const { version } = await rollback(db, {
      app,
      environment,
      operationId: 'r',
      actor: 'user:ada',
      reason: 'bad',
    });
    await serves(server, app, 'stable');
    expect((await server.ask(app)).digest).toBe(stable);
    await waitFor(async () => (await kind.ackOf(app, 'acker')) === version, { what: 'the ack' });
  });

  it('serves the last known stable from disk after a start that hears nothing, and never a candidate (19)', async () => {
    const { db } = gateways.stage;
    const { app, stable } = await createApp(db);
    await release(db, app, { weight: 100 });
    const kind = await kindOf();
    const first = await kind.startCuttable(app, 'from-disk');
    await serves(first, app, 'candidate');
    await first.stop();
    await kind.cut();
    const second = await kind.startCuttable(app, 'from-disk');
    expect(await second.ask(app)).toMatchObject({ arm: 'stable', digest: stable, reason: 'lease-expired' });
    await kind.mend();
    await serves(second, app, 'candidate');
  });
}
