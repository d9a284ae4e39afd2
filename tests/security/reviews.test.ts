import { useApi } from '../../api/test-fixtures/api-under-test.ts';
import { createBank, plan } from '../../api/test-fixtures/bank.ts';
import type { Review } from '../../api/schemas/approvals.ts';
import type { ReleaseDetail } from '../../api/schemas/releases.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { ProblemBody } from '../../api/schemas/shared.ts';
import { publishPolicy } from '../../config-store/policies/publish-policy.ts';
import { policySchema, tryoutPolicy } from '../../domain/policy/policy.ts';
import { somebody } from './test-fixtures/somebody.ts';

const api = useApi();

const person = (role: Role, subject?: string) => somebody(api.db, role, subject);

describe('what is done past the rules', () => {
  const open = async (releaseId: string) =>
    (await api.get<{ items: Review[] }>(`/v1/reviews?state=open&releaseId=${releaseId}`)).body.items;

  it('needs review until somebody else signs it off', async () => {
    const { app } = await createBank(api.db);
    const policy = policySchema.parse({ ...tryoutPolicy, evaluation: { required: true } });
    await publishPolicy(api.db, { scope: app, policy, actor: 'test' });
    const bob = await person('admin');
    const { body } = await api.post<ReleaseDetail>('/v1/releases', {
      token: bob.token,
      body: { app, revision: 'b', plan, skip: ['evaluation'], reason: 'outage' },
    });
    const [review] = await open(body.id);
    expect(review).toMatchObject({
      kind: 'skipped gate',
      actor: `token:${bob.name}`,
      details: { reason: 'outage' },
    });
    const sign = (token: string) =>
      api.post<ProblemBody>(`/v1/reviews/${review?.id ?? 0}/sign`, { token, body: { note: 'seen' } });
    const bobAgain = await person('admin', bob.subject);
    expect((await sign(bob.token)).body.code).toBe('forbidden');
    expect((await sign(bobAgain.token)).body.code).toBe('forbidden');
    expect((await sign((await person('releaser')).token)).body.code).toBe('forbidden');
    const ada = await person('operator');
    expect((await sign(ada.token)).body).toMatchObject({ signedBy: `token:${ada.name}`, repeated: false });
    expect(await open(body.id)).toEqual([]);
    expect((await sign((await person('operator')).token)).body).toMatchObject({ repeated: true });
  });

  it('by breaking the glass as well, whoever writes it', async () => {
    await api.db.query(
      `select append_audit('break-glass:root', 'split.rollback', 'app-x', 'production', null, '{"reason": "fire"}')`,
    );
    const { body } = await api.get<{ items: Review[] }>('/v1/reviews?state=open');
    expect(body.items[0]).toMatchObject({ kind: 'break-glass', app: 'app-x', actor: 'break-glass:root' });
  });

  describe('is signed off by nobody', () => {
    /** What becomes of the signatures of people in turn, for something that `by` has just done. */
    async function signatures(by: string, people: { subject: string; role?: 'operator' | 'admin' }[]) {
      await api.db.query(
        `select append_audit($1, 'split.heal', 'app-y', 'production', null, '{"reason": "fire"}')`,
        [by],
      );
      const { items } = (await api.get<{ items: Review[] }>('/v1/reviews?state=open')).body;
      const { id = 0 } = items.find(({ actor, app }) => actor === by && app === 'app-y') ?? {};
      const codes = [];
      for (const { subject, role = 'operator' } of people) {
        const { token } = await person(role, subject);
        const signed = await api.post<ProblemBody>(`/v1/reviews/${id}/sign`, {
          token,
          body: { note: 'seen' },
        });
        codes.push(signed.status);
      }
      return codes;
    }
    const operators = (...subjects: string[]) => subjects.map((subject) => ({ subject }));

    it('who broke the glass himself', async () => {
      expect(await signatures('break-glass:eve', operators('eve', 'Eve', 'mallory'))).toEqual([
        403, 403, 200,
      ]);
    });

    it('but an admin where nobody knows whose account broke the glass', async () => {
      const admin = { subject: 'root-admin', role: 'admin' as const };
      expect(await signatures('break-glass:postgres', [...operators('eve'), admin])).toEqual([403, 200]);
      const policy = { ...tryoutPolicy, people: [{ subject: 'eve', also: ['deploy'] }] };
      await publishPolicy(api.db, { scope: 'app-y', policy, actor: 'test' });
      expect(await signatures('break-glass:deploy', operators('eve', 'mallory'))).toEqual([403, 200]);
    });

    it('who set the run of CI off, long after its token is gone', async () => {
      await api.db.query(
        `insert into oidc_trust (id, name, provider, issuer, audience, repository_id, ref, workflow, events, role, ttl_ms,
           made_by) values ('t-1', 'deploys', 'github', 'https://ci.example', 'sluice', '1', 'refs/heads/main', 'w.yaml',
           '{push}', 'operator', 60000, 'test')`,
      );
      await api.db.query(
        `insert into exchanged_token (id, trust_id, hash, subject, run, expires_at)
         values ('x-1', 't-1', '\\x01', 'eve', '{}', now() + interval '1 hour')`,
      );
      await api.db.query(
        `select append_audit('ci:deploys', 'split.heal', 'app-z', 'production', null, '{}')`,
      );
      await api.db.query(`delete from exchanged_token`);
      const { items } = (await api.get<{ items: Review[] }>('/v1/reviews?state=open')).body;
      const { id = 0 } = items.find(({ app }) => app === 'app-z') ?? {};
      const sign = async (subject: string) => {
        const { token } = await person('operator', subject);
        return (await api.post(`/v1/reviews/${id}/sign`, { token, body: { note: 'seen' } })).status;
      };
      expect([await sign('eve'), await sign('mallory')]).toEqual([403, 200]);
    });
  });
});
