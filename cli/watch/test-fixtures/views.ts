import type { GuardrailTile, ReleaseView } from '../../../api/schemas/dashboard/release-view.ts';

const id = `rel_${'7f3a2c10'.repeat(4)}`;

function tile(change: Partial<GuardrailTile> & Pick<GuardrailTile, 'name'>): GuardrailTile {
  return {
    subject: change.name,
    state: 'pass',
    says: '',
    acts: 'takes back',
    measure: 'share',
    candidate: { n: 1538, estimate: 0.0111, shown: '1.1 %' },
    stable: { n: 4612, estimate: 0.0089, shown: '0.89 %' },
    difference: { estimate: 0.0022, lower: -0.009, upper: 0.017, shown: '+0.22 pt [−0.90, +1.7]' },
    limit: { difference: 0.0089, says: '+0.89 pt' },
    odds: { evidence: -0.3, actsAt: 4.8, says: 'below 1 : 1', actsAtSays: '120 : 1' },
    ...change,
  };
}

const guardrails: GuardrailTile[] = [
  tile({ name: 'errors' }),
  tile({
    name: 'latency',
    state: 'watch',
    difference: { estimate: 0.031, lower: 0.012, upper: 0.05, shown: '+3.1 pt [+1.2, +5.0]' },
    candidate: { n: 1538, estimate: 0.041, shown: '4.1 %' },
    stable: { n: 4612, estimate: 0.01, shown: '1.0 %' },
    odds: { evidence: 2.9, actsAt: 4.8, says: '18 : 1', actsAtSays: '120 : 1' },
    segment: { name: 'tenant=acme', evidence: 4.1, actsAt: 6.5, odds: '60 : 1' },
  }),
  tile({
    name: 'score',
    state: 'more',
    acts: 'holds',
    measure: 'mean',
    candidate: { n: 61, estimate: 4.28, shown: '4.28' },
    stable: { n: 190, estimate: 4.31, shown: '4.31' },
    difference: { estimate: -0.03, lower: -0.14, upper: 0.08, shown: '−0.03 [−0.14, +0.08]' },
    limit: { difference: -0.1, says: '−0.10' },
  }),
  tile({
    name: 'refused',
    state: 'no data',
    says: 'no data since 2026-11-23T14:02:00.000Z; the probe fails',
  }),
];

/** A release in its second step, with a guardrail on its way, one that needs more, and one without data. */
export function canaryView(
  change: Partial<ReleaseView> = {},
  row: Partial<ReleaseView['row']> = {},
): ReleaseView {
  return {
    at: '2026-11-23T14:20:31.000Z',
    row: {
      ...{
        id,
        app: 'support-bot',
        environment: 'production',
        label: 'support-v42',
        stableLabel: 'support-v41',
      },
      ...{
        state: 'progressing',
        word: 'under way',
        tone: 'attention',
        condition: 'well',
        stage: 'canary-25',
      },
      sentence:
        'support-v42 has 25 % of production (step 2 of 3): held 18 min of 30 min, 1,538 of 2,000 requests. Latency is on its way to its odds.',
      ...{ step: { number: 2, of: 3 }, weight: { set: 25, served: 25 } },
      ...{ createdAt: '2026-11-23T13:39:31.000Z', updatedAt: '2026-11-23T14:20:27.000Z', ageMs: 2_460_000 },
      ...{ liveAgeMs: 4_000, needs: [], needsYou: false },
      ...row,
    },
    revision: 'rev_2',
    stable: 'rev_1',
    plan: { name: 'default', digest: 'd', alpha: 0.05 },
    rail: [
      {
        ...{
          stage: 'evaluate',
          title: 'Evaluation',
          state: 'passed',
          summary: '312 cases, 98 % pass, no critical one fails',
        },
        ...{ startedAt: '2026-11-23T13:39:31.000Z', endedAt: '2026-11-23T13:43:43.000Z' },
      },
      {
        ...{ stage: 'mirror', title: 'Mirror', state: 'skipped', summary: 'the plan has no mirror' },
        ...{ startedAt: '2026-11-23T13:43:43.000Z', endedAt: '2026-11-23T13:43:43.000Z' },
      },
      {
        ...{
          stage: 'canary-5',
          title: '5 %',
          state: 'passed',
          weight: 5,
          summary: 'no guardrail found it worse',
        },
        ...{ startedAt: '2026-11-23T13:50:00.000Z', endedAt: '2026-11-23T14:02:03.000Z' },
      },
      {
        ...{ stage: 'canary-25', title: '25 %', state: 'running', weight: 25 },
        ...{ startedAt: '2026-11-23T14:02:03.000Z', decidesAt: '2026-11-23T14:32:00.000Z' },
        hold: { heldMs: 1_080_000, ofMs: 1_800_000 },
        requests: { candidate: 1538, stable: 4612, needed: 2000 },
      },
      { stage: 'canary-100', title: '100 %', state: 'to come', weight: 95 },
    ],
    traffic: { set: 25, served: 25, splitVersion: 118, leaseLeftMs: 58_000, lookAgeMs: 4_000, changes: [] },
    guardrails,
    gateways: [
      { kind: 'gateway', gatewayId: 'eu-1', state: 'serving', version: 118, heartbeatAgeMs: 200 },
      { kind: 'gateway', gatewayId: 'us-2', state: 'serving', version: 118, heartbeatAgeMs: 300 },
    ],
    people: { startedBy: 'ci:support-bot', authors: [], openReviews: 0 },
    wayBack: { state: 'ready', to: 'support-v41', ageMs: 180_000, skipped: [] },
    changed: {
      app: 'support-bot',
      from: { label: 'support-v41', digest: 'rev_1' },
      to: { label: 'support-v42', digest: 'rev_2' },
      files: [
        { path: 'prompts/answer', before: 'Be kind.\nBe short.', after: 'Be kind.\nBe brief.\nSay hello.' },
        { path: 'chain', before: 'openai/gpt-5', after: 'openai/gpt-5-mini' },
      ],
      unchanged: ['parameters', 'retrieval'],
    },
    timeline: [],
    allowedActions: [
      ...(['pause', 'abort'] as const).map((action) => ({
        ...{ action, allowed: true, effect: '', reasonNeeded: false, request: { path: '', body: {} } },
      })),
    ],
    links: { temporalWorkflowId: 'release/support-bot' },
    ...change,
  };
}

/** The same, as it waits for somebody to approve its next share. */
export function waitingView(): ReleaseView {
  const view = canaryView(
    {},
    {
      sentence: 'It waits for an approval of canary-100. support-v42 has 25 % of production (step 2 of 3).',
      condition: 'approval',
    },
  );
  const rail = view.rail.map((stage) =>
    stage.state === 'running'
      ? {
          ...stage,
          state: 'waiting' as const,
          waitsFor: 'an approval of canary-100',
          waitsUntil: '2026-11-24T14:20:00.000Z',
        }
      : stage,
  );
  return {
    ...view,
    rail,
    guardrails: view.guardrails.slice(0, 1),
    people: {
      ...view.people,
      approval: {
        ...{ stage: 'canary-100', revision: 'rev_2', planDigest: 'd', evidence: 'e'.repeat(64), needed: 1 },
        ...{ shown: [], authors: ['ada'], role: 'operator', given: [] },
      },
    },
    allowedActions: [
      { action: 'approve', allowed: true, effect: '', reasonNeeded: false, request: { path: '', body: {} } },
    ],
  };
}

/** The same, taken back by a guardrail. */
export function rolledBackView(): ReleaseView {
  const { liveAgeMs: _, condition: __, ...row } = canaryView().row;
  return canaryView({
    row: {
      ...row,
      ...{ state: 'rolled_back', word: 'rolled back by Sluice', tone: 'bad', weight: { set: 0, served: 0 } },
      sentence: 'support-v42 was rolled back by Sluice: latency 130 : 1 against "no worse", acts at 120 : 1.',
      closedAt: '2026-11-23T14:31:07.000Z',
    },
    rail: canaryView().rail.map((stage) =>
      stage.state === 'running'
        ? {
            ...stage,
            state: 'failed' as const,
            endedAt: '2026-11-23T14:31:07.000Z',
            summary: 'latency is worse than allowed',
          }
        : stage,
    ),
    allowedActions: [],
  });
}

/** A release that is being evaluated: nothing is served, and nothing was counted. */
export function evaluatedView(): ReleaseView {
  return canaryView(
    {
      guardrails: [],
      rail: canaryView().rail.map(({ stage, title, weight }, i) => ({
        ...{ stage, title, state: i === 0 ? ('running' as const) : ('to come' as const) },
        ...(weight === undefined ? {} : { weight }),
        ...(i === 0 ? { startedAt: '2026-11-23T14:19:00.000Z' } : {}),
      })),
      traffic: { set: 0, served: 0, splitVersion: 117, changes: [] },
    },
    {
      sentence: 'support-v42 is being evaluated.',
      tone: 'running',
      stage: 'evaluate',
      weight: { set: 0, served: 0 },
    },
  );
}
