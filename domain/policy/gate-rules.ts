import { isByCritical, type EvaluateSettings, type MirrorSettings } from '../release/plan.ts';
import { promptsAsked, promptsWithoutCase, type JudgingSuite } from './judged-prompts.ts';
import type { Policy } from './policy.ts';
import type { PolicyQuestion } from './question.ts';
import type { Violation } from './violation.ts';

/** What a policy has against the evaluation of a release. */
export function evaluationViolations(policy: Policy, question: PolicyQuestion): Violation[] {
  const { evaluation: rules } = policy;
  const { plan, suites, revision } = question;
  const settings = plan.evaluate;
  if (settings === 'skip') {
    const remedy =
      'Write suites under `evaluate` in sluice.yaml; or skip it as who may: --skip-evaluation --reason "…".';
    return [{ rule: 'evaluation.required', demanded: 'an evaluation', given: 'none', remedy }];
  }
  const judging = suites.filter(({ name }) => settings.suites?.includes(name) ?? true);
  return [
    ...rules.suites.flatMap((required) => suiteViolations(required, judging)),
    ...caseViolations(rules, judging),
    ...promptViolations(rules, revision, judging),
    ...strictnessViolations(rules, settings),
    ...allCasesViolations(policy, question),
  ];
}

/** Critical cases alone are for hotfixes, where the policy lets; who may and why is asked with what else they lack. */
function allCasesViolations({ hotfix }: Policy, { plan, ...question }: PolicyQuestion): Violation[] {
  if (!isByCritical(plan) || (question.hotfix !== undefined && hotfix.evaluation === 'critical')) return [];
  const [demanded, given] = ['all cases of the suites', 'critical cases alone'];
  const remedy =
    hotfix.evaluation === 'critical'
      ? 'Take `only: critical` out of the gate; or release by the plan called `hotfix`.'
      : 'Take `only: critical` out of the gate.';
  return [{ rule: 'evaluation.allCases', demanded, given, remedy }];
}

function suiteViolations(
  { name, digest, minCases }: Policy['evaluation']['suites'][number],
  judging: readonly JudgingSuite[],
): Violation[] {
  const rule = 'evaluation.suites';
  const suite = judging.find((each) => each.name === name);
  const remedy = `Name the suite ${name} under \`evaluate\` in sluice.yaml, as it was agreed.`;
  if (suite === undefined) return [{ rule, demanded: `the suite ${name}`, given: 'not among them', remedy }];
  if (digest !== undefined && suite.digest !== digest) {
    const demanded = `the suite ${name} with the digest ${digest.slice(0, 12)}…`;
    return [{ rule, demanded, given: `${suite.digest.slice(0, 12)}…`, remedy }];
  }
  const cases = promptsAsked(suite).length;
  if (cases >= minCases) return [];
  return [{ rule, demanded: `${minCases} cases in the suite ${name}`, given: String(cases), remedy }];
}

function caseViolations({ minCases }: Policy['evaluation'], judging: readonly JudgingSuite[]): Violation[] {
  const cases = judging.flatMap(promptsAsked).length;
  if (cases >= minCases) return [];
  const demanded = `at least ${minCases} ${minCases === 1 ? 'case' : 'cases'}`;
  return [{ rule: 'evaluation.minCases', demanded, given: String(cases), remedy: 'Add cases to a suite.' }];
}

function promptViolations(
  { everyPrompt }: Policy['evaluation'],
  revision: PolicyQuestion['revision'],
  judging: readonly JudgingSuite[],
): Violation[] {
  const without = everyPrompt ? promptsWithoutCase(revision, judging) : [];
  if (without.length === 0) return [];
  const given = `none for ${without.join(', ')}`;
  const remedy = `Add a case that asks ${without.length === 1 ? 'it' : 'each of them'} (\`prompt: NAME\` in a suite).`;
  return [{ rule: 'evaluation.everyPrompt', demanded: 'a case for every prompt', given, remedy }];
}

function strictnessViolations(
  { minPassRate, maxMargin }: Policy['evaluation'],
  settings: EvaluateSettings,
): Violation[] {
  const found: Violation[] = [];
  if (settings.minPassRate < minPassRate) {
    const [demanded, given] = [`at least ${minPassRate}`, String(settings.minPassRate)];
    found.push({
      rule: 'evaluation.minPassRate',
      demanded,
      given,
      remedy: 'Raise `minPassRate` of the gate.',
    });
  }
  if (settings.margin > maxMargin) {
    const [demanded, given] = [`at most ${maxMargin}`, String(settings.margin)];
    found.push({ rule: 'evaluation.maxMargin', demanded, given, remedy: 'Lower `margin` of the gate.' });
  }
  return found;
}

/** What a policy has against the staging mirror of a release. */
export function mirrorViolations({ mirror: rules }: Policy, { plan }: PolicyQuestion): Violation[] {
  if (plan.mirror !== 'skip') return pairViolations(rules, plan.mirror);
  const remedy = 'Take `mirror: skip` out of the plan; or skip it as who may: --skip-mirror --reason "…".';
  return [{ rule: 'mirror.required', demanded: 'a replay in staging', given: 'none', remedy }];
}

function pairViolations({ minPairs, maxMargin }: Policy['mirror'], settings: MirrorSettings): Violation[] {
  const found: Violation[] = [];
  // Of so many samples there are no more pairs.
  const pairs = Math.min(settings.minPairs, settings.samples);
  if (pairs < minPairs) {
    const [demanded, given] = [`at least ${minPairs}`, String(pairs)];
    const remedy = 'Raise `minPairs` of the mirror, and `samples` with it.';
    found.push({ rule: 'mirror.minPairs', demanded, given, remedy });
  }
  if (settings.margin > maxMargin) {
    const [demanded, given] = [`at most ${maxMargin}`, String(settings.margin)];
    found.push({ rule: 'mirror.maxMargin', demanded, given, remedy: 'Lower `margin` of the mirror.' });
  }
  return found;
}
