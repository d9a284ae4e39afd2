import { policySchema, shippedPolicy } from '../policy/policy.ts';
import { findingsOfApp, type AppFacts } from './findings-of-app.ts';
import { findingsOfServer, type ServerFacts } from './findings-of-server.ts';

const nowMs = Date.parse('2026-07-20T00:00:00Z');
const good: AppFacts = {
  app: 'bank',
  label: 'bank-v2',
  chain: [
    { provider: 'openai', model: 'gpt-3.5-turbo-1106' },
    { provider: 'anthropic', model: 'claude-next' },
  ],
  provenance: { commit: 'a'.repeat(40) },
  retriever: undefined,
  wayBack: { state: 'ready', to: 'bank-v1' },
  policy: policySchema.parse({
    mirror: { required: true },
    approvals: { steps: [{ fromWeight: 50 }] },
  }),
  gateways: [{ gatewayId: 'eu-1', state: 'serving' }],
};

const stateOf = (change: Partial<AppFacts>, check: string): string[] =>
  findingsOfApp({ ...good, ...change }, nowMs).flatMap((each) => (each.check === check ? [each.state] : []));

describe('an app', () => {
  it('is well where it is as the checklist asks, but for what nobody knows', () => {
    const findings = findingsOfApp(good, nowMs);
    expect(findings.filter(({ state }) => state !== 'ok').map(({ check, says }) => [check, says])).toEqual([
      ['models', 'gpt-3.5-turbo-1106 is retired at 2026-09-28, in 70 days'],
      ['models', 'when claude-next is retired is not known here'],
    ]);
  });

  it.each<[string, Partial<AppFacts>, string, string]>([
    [
      'a gateway that refuses it',
      { gateways: [{ gatewayId: 'g', state: 'refused', reason: 'no key' }] },
      'keys and bindings',
      'fail',
    ],
    ['no gateway', { gateways: [] }, 'keys and bindings', 'unknown'],
    ['a way back that is dead', { wayBack: { state: 'dead', to: 'x' } }, 'rollback rehearsed', 'fail'],
    ['one that nobody tried', { wayBack: { state: 'untried', to: 'x' } }, 'rollback rehearsed', 'unknown'],
    ['no way back', { wayBack: { state: 'none' } }, 'rollback rehearsed', 'warn'],
    ['one provider', { chain: [{ provider: 'openai', model: 'm' }] }, 'failover', 'warn'],
    ['a model that is gone', { chain: [{ provider: 'openai', model: 'o1-preview' }] }, 'models', 'fail'],
    ['no commit', { provenance: {} }, 'prompts in git', 'warn'],
    ['changes of no commit', { provenance: { commit: 'a', dirty: true } }, 'prompts in git', 'warn'],
    ['a retriever', { retriever: 'docs' }, 'retriever', 'unknown'],
    ['a policy without approvals', { policy: shippedPolicy }, 'change management', 'warn'],
    ['a policy without mirror', { policy: shippedPolicy }, 'staging mirror', 'warn'],
  ])('with %s', (_, change, check, state) => {
    expect(stateOf(change, check)).toEqual([state]);
  });

  it('names a remedy for all that is not well', () => {
    const bad = { gateways: [], wayBack: { state: 'dead' as const }, provenance: {}, policy: shippedPolicy };
    for (const { state, remedy } of findingsOfApp({ ...good, ...bad }, nowMs)) {
      expect(remedy === undefined).toBe(state === 'ok');
    }
  });
});

describe('what all share', () => {
  const gateway = { gatewayId: 'eu-1', live: true, endedCleanly: false, heartbeatAgeMs: 200 };
  const well: ServerFacts = {
    temporalAway: undefined,
    apiAheadMs: 20,
    webhooks: [],
    environments: [{ environment: 'production', gateways: [gateway] }],
  };
  const statesOf = (change: Partial<ServerFacts>): string[] =>
    findingsOfServer({ ...well, ...change }).map(({ check, state }) => `${check} ${state}`);

  it.each<[Partial<ServerFacts>, string[]]>([
    [{}, ['temporal ok', 'clocks ok', 'gateways ok']],
    [{ temporalAway: 'no connection' }, ['temporal fail', 'clocks ok', 'gateways ok']],
    [{ apiAheadMs: -7_000 }, ['temporal ok', 'clocks warn', 'gateways ok']],
    [
      { environments: [{ environment: 'production', gateways: [] }] },
      ['temporal ok', 'clocks ok', 'gateways fail'],
    ],
    [
      {
        environments: [
          { environment: 'production', gateways: [gateway, { ...gateway, gatewayId: 'us-2', live: false }] },
        ],
      },
      ['temporal ok', 'clocks ok', 'gateways ok', 'gateways warn'],
    ],
    [
      {
        environments: [
          // It was started again under its name, and its former process was ended.
          { environment: 'production', gateways: [gateway, { ...gateway, live: false }] },
        ],
      },
      ['temporal ok', 'clocks ok', 'gateways ok'],
    ],
  ])('%j: %j', (change, states) => {
    expect(statesOf(change)).toEqual(states);
  });
});
