import { plansOf, releaseSpecSchema } from './release-spec.ts';

function plansIn(written: object) {
  const result = plansOf(releaseSpecSchema.parse(written));
  if (!result.success) throw result.error;
  return result.data;
}

const minimal = { app: 'bank-support', revision: { chain: [{ provider: 'openai', model: 'atlas-large' }] } };

describe('releaseSpecSchema', () => {
  it('takes the shortest file that names an app and a model', () => {
    expect(releaseSpecSchema.parse(minimal).revision.prompts).toEqual({});
  });

  it('refuses a key it does not know, naming it', () => {
    const result = releaseSpecSchema.safeParse({ ...minimal, revision: { ...minimal.revision, modle: 'x' } });
    expect(JSON.stringify(result.error?.issues)).toContain('modle');
  });
});

describe('plansOf', () => {
  it('has a guard where the file writes no steps; who writes steps says so, or bakes as before', () => {
    const steps = [{ weight: 100, hold: '60m' }];
    const plans = plansIn({
      ...minimal,
      plans: { own: { steps }, mine: { steps, guard: '5m' }, alpha: { alpha: 0.01 } },
    });
    expect(Object.fromEntries(Object.entries(plans).map(([name, { guard }]) => [name, guard]))).toEqual({
      ...{ default: '60m', hotfix: '60m', own: undefined, mine: '5m', alpha: '60m' },
    });
  });

  it('has a default and a hotfix plan in any case', () => {
    const plans = plansIn(minimal);
    expect(Object.keys(plans)).toEqual(['default', 'hotfix']);
    expect(plans['hotfix']).toMatchObject({ mirror: 'skip' });
  });

  it('says so in the plan when there is nothing to evaluate', () => {
    expect(plansIn(minimal)['default']?.evaluate).toBe('skip');
  });

  it('lays the gate under every plan that has none of its own', () => {
    const plans = plansIn({
      ...minimal,
      evaluate: { suites: ['evals/a.yaml'], gate: { minPassRate: 0.8 } },
      plans: { careful: { evaluate: { minPassRate: 0.95 } } },
    });
    expect(plans['default']?.evaluate).toMatchObject({ minPassRate: 0.8 });
    expect(plans['hotfix']?.evaluate).toMatchObject({ minPassRate: 0.8 });
    expect(plans['careful']?.evaluate).toMatchObject({ minPassRate: 0.95 });
  });

  it('are not so many that to check them takes minutes', () => {
    const plans = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`plan-${i}`, {}]));
    const result = releaseSpecSchema.safeParse({ ...minimal, plans });
    expect(result.error?.issues[0]).toMatchObject({
      path: ['plans'],
      message: 'an app has at most 50 plans',
    });
  });

  it('names the path of what is wrong in a plan', () => {
    const result = plansOf(releaseSpecSchema.parse({ ...minimal, plans: { default: { steps: [] } } }));
    expect(result.error?.issues[0]?.path.slice(0, 3)).toEqual(['plans', 'default', 'steps']);
  });
});

it("leaves to the revision's timers what a target does not say of its own", () => {
  const { revision } = releaseSpecSchema.parse({
    app: 'a',
    revision: {
      chain: [{ provider: 'openai', model: 'm', timeouts: { total: '3s' } }],
      timeouts: { connect: '100ms' },
    },
  });
  expect(revision.chain[0]?.timeouts).toEqual({ total: '3s' });
});
