import type { Policy } from '../policy/policy.ts';
import type { Provenance } from '../revision/revision.ts';
import { illFound, wellFound, type DoctorFinding } from './finding.ts';
import { retirements } from './retirements.ts';

/** What is known of an app whose stable revision serves production. */
export interface AppFacts {
  readonly app: string;
  readonly label: string;
  readonly chain: readonly { readonly provider: string; readonly model: string }[];
  readonly provenance: Provenance;
  /** The retriever that the gateways ask, where the revision has one. */
  readonly retriever: string | undefined;
  readonly wayBack: {
    readonly state: 'ready' | 'untried' | 'unknown' | 'dead' | 'none';
    readonly to?: string | undefined;
    readonly reason?: string | undefined;
  };
  readonly policy: Policy;
  /** The live gateways of production, by what they say of its split. */
  readonly gateways: readonly {
    readonly gatewayId: string;
    readonly state: string;
    readonly reason?: string;
  }[];
}

const dayMs = 86_400_000;
const soonDays = 90;

/** How an app stands, for who looks after it, and what the checklist for production asks of it. */
export function findingsOfApp(facts: AppFacts, nowMs: number): DoctorFinding[] {
  return [
    ...servingFindings(facts),
    retrieverFinding(facts),
    wayBackFinding(facts),
    ...facts.chain.map(({ model }) => retirementFinding(facts.app, model, nowMs)),
    failoverFinding(facts),
    promptsFinding(facts),
    ...policyFindings(facts),
  ];
}

function servingFindings({ app, label, gateways }: AppFacts): DoctorFinding[] {
  const check = 'keys and bindings';
  if (gateways.length === 0) {
    const says = `no gateway lives that could say whether it can serve ${label}`;
    return [illFound('unknown', { check, about: app, says, remedy: 'Start a gateway of production.' })];
  }
  const missing = gateways.filter(({ state }) => state !== 'serving');
  if (missing.length === 0) {
    return [wellFound(check, app, `every gateway has what ${label} needs, and serves it`)];
  }
  return missing.map(({ gatewayId, state, reason }) =>
    state === 'refused'
      ? illFound('fail', {
          ...{ check, about: app, says: `${gatewayId} refuses ${label}: ${reason ?? 'no reason given'}` },
          remedy: 'Mend its sluice.environments.yaml or its keys, and start it again.',
        })
      : illFound('warn', {
          ...{ check, about: app, says: `${gatewayId} has not taken the newest split of ${app} yet` },
          remedy: 'Look again in a few seconds; then see its log, and whether it reaches the database.',
        }),
  );
}

function retrieverFinding({ app, retriever, gateways }: AppFacts): DoctorFinding {
  const check = 'retriever';
  if (retriever === undefined) return wellFound(check, app, 'its gateways ask none');
  const isBound = gateways.length > 0 && gateways.every(({ state }) => state === 'serving');
  return illFound('unknown', {
    ...{ check, about: app },
    says: `${retriever} is ${isBound ? 'bound at every gateway' : 'not known to be bound'}; whether it answers now is not asked`,
    remedy: 'Ask it by hand, as docs/reference/retriever.md says; a rehearsal asks models alone.',
  });
}

function wayBackFinding({ app, wayBack: { state, to = '', reason } }: AppFacts): DoctorFinding {
  const check = 'rollback rehearsed';
  const why = reason === undefined ? '' : `: ${reason}`;
  switch (state) {
    case 'ready':
      return wellFound(check, app, `${to} was asked within half an hour, and answered`);
    case 'untried':
      return illFound('unknown', {
        ...{ check, about: app, says: `${to} has not been asked within half an hour` },
        remedy: 'See that a worker or the API runs: the reconciler asks every 10 minutes.',
      });
    case 'unknown':
      return illFound('warn', {
        ...{ check, about: app, says: `${to} does not answer now${why}` },
        remedy: 'Look at its providers; a rollback passes over it while it is dead.',
      });
    case 'dead':
      return illFound('fail', {
        ...{ check, about: app, says: `${to} cannot serve: its models, keys or places are wrong${why}` },
        remedy: `Mend them, or release a revision that can be gone back to: sluice revisions ${app}`,
      });
    case 'none':
      return illFound('warn', {
        ...{ check, about: app, says: 'there is no former stable revision to go back to' },
        remedy: 'The first release after this one makes it one.',
      });
  }
}

function retirementFinding(app: string, model: string, nowMs: number): DoctorFinding {
  const check = 'models';
  const at = Object.hasOwn(retirements, model) ? retirements[model] : undefined;
  if (at === undefined) {
    const says = `when ${model} is retired is not known here`;
    const remedy = "Look at its vendor's page of deprecations.";
    return illFound('unknown', { check, about: app, says, remedy });
  }
  const days = Math.floor((Date.parse(at) - nowMs) / dayMs);
  const remedy = `Release a revision with another model: sluice plan check`;
  if (days < 0) return illFound('fail', { check, about: app, says: `${model} was retired at ${at}`, remedy });
  const says = `${model} is retired at ${at}, in ${days} days`;
  return days <= soonDays
    ? illFound('warn', { check, about: app, says, remedy })
    : wellFound(check, app, says);
}

function failoverFinding({ app, chain }: AppFacts): DoctorFinding {
  const check = 'failover';
  const providers = [...new Set(chain.map(({ provider }) => provider))];
  if (providers.length >= 2) return wellFound(check, app, `its chain has ${providers.join(' and ')}`);
  return illFound('warn', {
    ...{ check, about: app, says: `its chain has one provider, ${providers.join('')}: its outage is yours` },
    remedy: 'Add a target of another provider to revision.chain in sluice.yaml.',
  });
}

function promptsFinding({ app, label, provenance: { commit, dirty } }: AppFacts): DoctorFinding {
  const check = 'prompts in git';
  if (commit !== undefined && dirty !== true)
    return wellFound(check, app, `${label} is of commit ${commit.slice(0, 12)}`);
  return illFound('warn', {
    ...{ check, about: app },
    says:
      commit === undefined
        ? `nothing says which commit ${label} is of`
        : `${label} was released with changes that no commit has`,
    remedy: 'Release from CI, which refuses what is not committed: sluice release start',
  });
}

function policyFindings({ app, policy }: AppFacts): DoctorFinding[] {
  const mend = `sluice policy show ${app} > policy.yaml, change it, sluice policy set policy.yaml --app ${app}`;
  const asks = (check: string, isAsked: boolean, says: string, lacks: string): DoctorFinding =>
    isAsked
      ? wellFound(check, app, says)
      : illFound('warn', { check, about: app, says: lacks, remedy: mend });
  const { evaluation, mirror, steps, approvals } = policy;
  const first = steps.maxFirstWeight;
  return [
    asks(
      'eval gate',
      evaluation.required,
      'its policy demands a passing evaluation',
      'its policy demands no evaluation',
    ),
    asks(
      'staging mirror',
      mirror.required,
      'its policy demands a mirror',
      'its policy lets releases pass without a mirror',
    ),
    asks(
      'canary',
      first <= 25,
      `the first step has ${first} % at most`,
      `its first step may have ${first} % of the traffic`,
    ),
    asks(
      'change management',
      approvals.steps.length > 0,
      'its policy demands approvals',
      'its policy demands no approval',
    ),
  ];
}
