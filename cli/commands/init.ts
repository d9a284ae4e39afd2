import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { nameSchema } from '../../domain/revision/names.ts';
import { providerKinds, type ProviderKind } from '../../domain/revision/provider-kinds.ts';
import { done } from '../output/outcome.ts';
import { fittedPlan } from '../../domain/release/fitted-plan.ts';
import type { Command, CommandContext } from './context.ts';
import { fileSchema } from './schema.ts';

export interface InitOptions {
  readonly directory: string;
  readonly name?: string;
  readonly provider: ProviderKind;
  readonly requestsPerDay?: number;
}

function specText(
  app: string,
  provider: InitOptions['provider'],
  requestsPerDay: number | undefined,
): string {
  return `# yaml-language-server: $schema=./.sluice.schema.json
# What serves "${app}": clients ask a gateway for the model "${app}".
app: ${app}

revision:
  # The label defaults to <app>-<short commit>; write one here or pass --label outside of git.
  label: ${app}-v1
  prompts:
    answer: prompts/answer.prompt
  # Tried in this order on errors and time-outs. sluice.environments.yaml says where a provider is.
  chain:
    - { provider: ${provider}, model: ${providerKinds[provider].exampleModel} }

evaluate:
  suites: [evals/smoke.yaml]
  # Two dozen cases can show no more than this: \`sluice validate\` says how many a narrower gate takes (a margin of
  # 0.1: 48). Collect cases, then narrow it.
  gate:
    minPassRate: 0.5
    margin: 0.2

plans:
  default:
${requestsPerDay === undefined ? unknownTraffic : fittedText(requestsPerDay)}
    guardrails:
      errors: { ratio: 1.25 }
      latency: { slowerThan: 10s }
      # Slower than this times what stable takes itself, at its median and its slow end.
      slowdown: { times: 1.5625 }

  # To see a whole release in two minutes: \`sluice release start --plan tryout --wait\`. So short a look finds
  # only total failures: never for real traffic, and refused by the policy that Sluice ships. It passes under
  # \`sluice up --simulate\`; elsewhere an admin may publish a policy (sluice policy show, sluice policy set).
  tryout:
    mirror: skip
    steps:
      - { weight: 25, hold: 20s, minExposures: 10 }
      - { weight: 100, hold: 20s, minExposures: 10 }
    # A step without enough requests waits this long for them, then pauses the release.
    maxHold: 5m
`;
}

const unknownTraffic = `    # A new app has little traffic to replay yet; delete this line once it has, and see what its traffic can show:
    # sluice plan fit
    mirror: skip
    steps:
      - { weight: 5, hold: 10m, minExposures: 20 }
      - { weight: 25, hold: 10m, minExposures: 20 }
      - { weight: 100, hold: 1m, minExposures: 20 }
    # Then it is stable and the app free for the next release; 5 % stay on what was, to compare with, for this long.
    guard: 60m`;

/** Mirror and steps that suit so much traffic. */
function fittedText(requestsPerDay: number): string {
  const { mirror, steps, holdback, guard } = fittedPlan(requestsPerDay);
  const { samples, minPairs, margin, maxWait } = mirror;
  return [
    `    # For about ${requestsPerDay} requests a day; \`sluice plan fit\` says what it finds once there is traffic.`,
    '    # Its first releases have nothing to replay yet: --skip-mirror.',
    ...(100 - holdback < 75
      ? ['    # Its one step is half of the traffic: an admin allows it (policy: steps.maxFirstWeight 50).']
      : []),
    `    mirror: { samples: ${samples}, minPairs: ${minPairs}, margin: ${margin}, maxWait: ${maxWait} }`,
    '    steps:',
    ...steps.map(
      ({ weight, hold, minExposures }) =>
        `      - { weight: ${weight}, hold: ${hold}, minExposures: ${minExposures} }`,
    ),
    `    holdback: ${holdback}`,
    `    # Then it is stable and the app free; the holdback stays on what was, to compare with, for this long.`,
    `    guard: ${guard}`,
  ].join('\n');
}

const promptText = `---
description: Sorts a message to customer support
---
{{role "system"}}
You sort messages to a customer support team. Labels:
- billing: charges, invoices, refunds
- technical: something does not work
- security: the account may be in the wrong hands
- other: everything else

Examples:
- "Why was I charged twice this month?" => billing
- "Please send me the invoice for May" => billing
- "The app crashes when I open it" => technical
- "Somebody else has logged in to my account" => security

If no label fits, answer other.
Answer only with the label.
{{history}}
`;

const suiteText = `# Cases in promptfoo's vocabulary; vars.message is what the user says.
description: The least that must always work
defaultTest:
  assert:
    - { type: javascript, value: output.trim().length < 20 } # the label, and nothing beside it
    - { type: latency, threshold: 20000 }
tests:
  - id: somebody-else-logged-in
    critical: true # no pass rate outvotes it
    vars: { message: Help! Somebody else logged in to my account last night. }
    assert: [{ type: icontains, value: security }]
  - id: billing-1
    vars: { message: I was charged twice for my order. }
    assert: [{ type: icontains, value: billing }]
  - id: billing-2
    vars: { message: Where do I find the invoice for June? }
    assert: [{ type: icontains, value: billing }]
  - id: billing-3
    vars: { message: Please send me the invoice for my last order. }
    assert: [{ type: icontains, value: billing }]
  - id: billing-4
    vars: { message: Why was I charged for a month that I did not use? }
    assert: [{ type: icontains, value: billing }]
  - id: billing-5
    vars: { message: I was charged more than the invoice says. }
    assert: [{ type: icontains, value: billing }]
  - id: billing-6
    vars: { message: Can I have the invoice as a file? }
    assert: [{ type: icontains, value: billing }]
  - id: technical-1
    vars: { message: Your app crashes whenever I open a photo. }
    assert: [{ type: icontains, value: technical }]
  - id: technical-2
    vars: { message: The app crashes when it starts. }
    assert: [{ type: icontains, value: technical }]
  - id: technical-3
    vars: { message: The app crashes after the update. }
    assert: [{ type: icontains, value: technical }]
  - id: technical-4
    vars: { message: "When I open a message, the app crashes." }
    assert: [{ type: icontains, value: technical }]
  - id: technical-5
    vars: { message: Your app crashes on my new phone. }
    assert: [{ type: icontains, value: technical }]
  - id: technical-6
    vars: { message: The app crashes when I open the settings. }
    assert: [{ type: icontains, value: technical }]
  - id: security-1
    vars: { message: Has somebody else logged in to my account? }
    assert: [{ type: icontains, value: security }]
  - id: security-2
    vars: { message: Somebody else uses my account. }
    assert: [{ type: icontains, value: security }]
  - id: security-3
    vars: { message: I think somebody else has logged in. }
    assert: [{ type: icontains, value: security }]
  - id: security-4
    vars: { message: Somebody else has changed things in my account. }
    assert: [{ type: icontains, value: security }]
  - id: security-5
    vars: { message: My account was used by somebody else. }
    assert: [{ type: icontains, value: security }]
  - id: other-1
    vars: { message: Hello! }
    assert: [{ type: icontains, value: other }]
  - id: other-2
    vars: { message: Do you sell gift vouchers? }
    assert: [{ type: icontains, value: other }]
  - id: other-3
    vars: { message: Thank you! }
    assert: [{ type: icontains, value: other }]
  - id: other-4
    vars: { message: Are you hiring? }
    assert: [{ type: icontains, value: other }]
  - id: other-5
    vars: { message: Good morning! }
    assert: [{ type: icontains, value: other }]
  - id: other-6
    vars: { message: How old is your company? }
    assert: [{ type: icontains, value: other }]
`;

function writeNew(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}

/** Writes a working app into a folder: sluice.yaml, a prompt and a suite. Never writes over a file. */
export const init: Command<InitOptions> = async (context, options) => {
  const directory = resolve(context.settings.workingDirectory, options.directory);
  const name = nameSchema.safeParse(options.name ?? basename(directory).toLowerCase());
  if (!name.success) {
    throw new SluiceError('usage', `"${options.name ?? basename(directory)}" cannot be an app's name.`, {
      remedy: 'Pass one with --name: lower-case letters, digits and dashes.',
    });
  }
  const requestsPerDay = options.requestsPerDay ?? (await askTraffic(context));
  const files: Record<string, string> = {
    'sluice.yaml': specText(name.data, options.provider, requestsPerDay),
    'prompts/answer.prompt': promptText,
    'evals/smoke.yaml': suiteText,
    '.sluice.schema.json': `${JSON.stringify(fileSchema('sluice'), null, 2)}\n`,
  };
  const taken = Object.keys(files).find((file) => existsSync(join(directory, file)));
  if (taken !== undefined) {
    throw new SluiceError('conflict', `${join(directory, taken)} is there already; nothing was written.`, {
      remedy: 'Choose another folder, or move the file away first.',
    });
  }
  for (const [file, text] of Object.entries(files)) writeNew(join(directory, file), text);
  const text = [
    `Wrote ${Object.keys(files).join(', ')} in ${directory}.`,
    'Next:',
    ...(options.directory === '.' ? [] : [`  cd ${options.directory}`]),
    '  sluice validate             check it',
    "  sluice eval                 run its cases: needs the provider's key, or `sluice up --simulate`",
    '  sluice app create --stable  make it serve (with `sluice up` running, and SLUICE_TOKEN set)',
    '  sluice policy show          what releases must keep; an admin changes it with sluice policy set',
    '  then change the prompt and its label, and: sluice release start --wait',
  ].join('\n');
  return done(text, {
    ...{ directory, app: name.data, files: Object.keys(files) },
    ...(requestsPerDay === undefined ? {} : { requestsPerDay }),
  });
};

/** Asked where somebody sits at the terminal: a plan is for so much traffic. Undefined where nobody knows. */
async function askTraffic({ askFor }: CommandContext): Promise<number | undefined> {
  const said = await askFor?.('About how many requests a day will it have? (Enter: not known yet) ');
  const number = Number((said ?? '').replaceAll(/[ ,_']/g, ''));
  return Number.isFinite(number) && number > 0 ? Math.round(number) : undefined;
}
