import type { KnownApp } from '../../gateway/config/last-known.ts';
import { createConfigView, type ConfigView } from '../../gateway/config/view.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import type { Course } from '../../domain/release/course.ts';
import { isMember } from '../../domain/split/audience.ts';
import type { ServedRevision } from '../../gateway/config/bind-revision.ts';
import type { ServedApp } from '../../gateway/config/served-app.ts';
import { chooseRevision } from '../../gateway/routing/choose-revision.ts';
import { guardedRoute } from '../../gateway/routing/guarded-route.ts';
import { app, environment, type PlayedGuard, type SplitVersion } from '../store/rows.ts';
import type { Neighbours } from '../surroundings.ts';
import { requireDatabase } from './simulated.ts';

const pollMs = 1_000;
const requestEveryMs = 400;
/** Of every revision: which one it is, its digest says. */
const content = revisionContentSchema.parse({
  prompts: {},
  chain: [{ provider: 'any', model: 'any' }],
});

/** A gateway: the product's own view of what to serve, polled and asked under virtual time. */
export class Gateway {
  readonly id: string;
  readonly #world: Neighbours;
  #boot = 0;
  #disk: readonly KnownApp[] = [];

  constructor(id: string, world: Neighbours) {
    this.id = id;
    this.#world = world;
  }

  start(): void {
    const boot = ++this.#boot;
    const view = createConfigView(this.#parts());
    void view.startFromDisk().then(() => {
      this.#poll(boot, view);
      this.#serve(boot, view);
    });
  }

  kill(): void {
    this.#boot += 1;
  }

  #parts(): Parameters<typeof createConfigView>[0] {
    const world = this.#world;
    return {
      clock: { nowMs: world.nowMs },
      readView: () => this.#read(),
      readRevisions: (_app, digests) =>
        Promise.resolve(digests.map((digest) => ({ app, digest, label: digest, content }))),
      // A view goes by digests alone: nothing here renders or calls what is bound.
      bind: (revision) => Promise.resolve(revision as unknown as ServedRevision),
      lastKnown: {
        read: () => Promise.resolve(this.#disk),
        write: (apps) => {
          this.#disk = structuredClone<readonly KnownApp[]>(apps);
          return Promise.resolve();
        },
      },
      onRefusal: () => undefined,
      onUnwritten: () => undefined,
    };
  }

  async #read() {
    const world = this.#world;
    const { random, store } = world;
    await world.pause(random.between(1, 30));
    requireDatabase(world);
    // A replica may be behind; it never knows more than the primary.
    const lagMs = random.chance(world.faults.staleReplica) ? random.between(0, 20_000) : 0;
    const split = world.splitAt(world.nowMs() - lagMs);
    const { lease } = store;
    const isOwn = lease !== undefined && lease.releaseId === split.releaseId;
    const { guard } = store;
    const isGuarded = guard?.splitVersion === split.version;
    return {
      inactive: [],
      apps: {
        [app]: {
          split: toStored(split, world.course),
          ...{ sampling: 'off' as const, samplesPerSecond: 1 },
          ...(isGuarded ? { guard: toGuard(guard) } : {}),
          ...(isOwn
            ? {
                lease: {
                  releaseId: lease.releaseId,
                  ageMs: world.nowMs() - lease.renewedMs,
                  ttlMs: lease.ttlMs,
                },
              }
            : {}),
        },
      },
    };
  }

  #poll(boot: number, view: ConfigView): void {
    if (boot !== this.#boot) return;
    const { scheduler, random, store } = this.#world;
    view
      .refresh()
      .catch(() => undefined)
      .then(() => {
        if (boot !== this.#boot) return;
        const ack = view.acks()[app] ?? 0;
        if (this.#world.databaseIsUp) store.heartbeat({ id: this.id, heartbeatMs: this.#world.nowMs(), ack });
        scheduler.after(pollMs + random.between(-100, 100), () => {
          this.#poll(boot, view);
        });
      }, this.#world.onDefect);
  }

  /** On the lease is the candidate and, once that is stable, who is held back on the former one. */
  #answer(served: ServedApp, subject: string, candidateIsFresh: boolean): void {
    const { version } = served.split;
    if (served.guard === undefined) {
      const asMember = isMember(served.split, { subject });
      const { arm, countedArm } = chooseRevision({ served, subject, candidateIsFresh, isMember: asMember });
      const counted = countedArm === 'lease-expired' ? undefined : countedArm;
      const isOnLease = arm === 'candidate';
      this.#world.served(this.id, version, { arm: counted, isOnLease, isMember: asMember });
      return;
    }
    const { arm } = guardedRoute({ served, subject, candidateIsFresh }, served.guard);
    this.#world.served(this.id, version, { arm, isOnLease: arm === 'stable', isMember: false });
  }

  #serve(boot: number, view: ConfigView): void {
    if (boot !== this.#boot) return;
    const { scheduler, random } = this.#world;
    const served = view.app(app);
    if (served !== undefined) {
      const subject = `subject-${random.between(1, 1_000)}`;
      this.#answer(served, subject, view.candidateIsFresh(served));
    }
    scheduler.after(requestEveryMs * random.next() * 2, () => {
      this.#serve(boot, view);
    });
  }
}

function countingOf(releaseId: string) {
  return { releaseId, shortHorizonMs: 1_000, longHorizonMs: 1_000 };
}

function toGuard({ releaseId, former, weight }: PlayedGuard) {
  return { releaseId, former, weight, counting: countingOf(releaseId) };
}

/** A tenth of the subjects that ask. */
const members = Array.from({ length: 100 }, (_, i) => `subject-${i + 1}`);

function toStored(
  { kind, version, stable, candidate, weight, salt, releaseId }: SplitVersion,
  { steps }: Course,
) {
  const share = steps.find((step) => step.share !== undefined)?.share;
  const isCounted = kind === 'raise' && releaseId !== undefined && share !== undefined;
  return {
    ...(isCounted
      ? { counting: { ...countingOf(releaseId), audience: { weight: share, labels: {}, subjects: members } } }
      : {}),
    ...{ app, environment, version, stable, weight, salt, include: [], exclude: [] },
    ...(candidate === undefined ? {} : { candidate }),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
}
