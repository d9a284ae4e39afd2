// Who may import whom (docs/architecture.md, "The rooms of the house"). `npm run check` enforces it.

/** For each folder, what it may import of the project besides itself. */
const allowed = {
  domain: [],
  // What every program needs, whatever it is for: settings, secrets, faults.
  program: ['^domain/'],
  protocols: ['^domain/'],
  analysis: ['^domain/'],
  workflows: ['^domain/'], // and the types of activities, below
  activities: [
    '^domain/',
    '^program/',
    '^protocols/',
    '^analysis/',
    '^config-store/',
    '^evals/',
    '^sandbox/',
  ],
  'config-store': ['^domain/', '^program/'],
  gateway: ['^domain/', '^program/', '^protocols/', '^config-store/gateway-view'],
  // What can be published is what a gateway can render and the judge can judge.
  api: [
    ...['^domain/', '^program/', '^config-store/', '^workflows/messages\\.ts$'],
    ...['^sandbox/check-prompts\\.ts$', '^activities/looks/judging/dry-run\\.ts$'],
    '^activities/temporal/temporal-facts\\.ts$',
    // What a plan finds in an app's traffic is said by what it is judged by.
    '^analysis/plan-fit/fit-plan\\.ts$',
    // A prediction is scored by what it was made by.
    '^analysis/mirror/(equal-passes|score-prediction)\\.ts$',
    // A release is explained by the judge that decided it.
    '^activities/looks/explain/(explain-release|checks)\\.ts$',
    // Where it is, is said by the course that it walks.
    '^activities/looks/judging/course\\.ts$',
    // What a mirror will lack is said before the start, by the formula that it goes by.
    '^analysis/gate/mirror-data\\.ts$',
    // Whether a judge may decide, by its labels.
    '^analysis/judges/',
  ],
  evals: ['^domain/', '^protocols/', '^analysis/', '^sandbox/'],
  // Runs in browsers: it knows the types of what the API says, and nothing else.
  dashboard: ['^api/schemas/'],
  // What runs teams' code knows nothing else of the project than what it compiles.
  sandbox: ['^domain/', '^gateway/rendering/check-prompts\\.ts$'],
  simulator: [],
  // What applications install: it knows nothing of the project.
  clients: [],
  // Plays the product's own code under virtual time.
  sim: [
    ...[
      '^domain/',
      '^workflows/',
      '^activities/',
      '^gateway/config/',
      '^gateway/routing/choose-revision\\.ts$',
      '^gateway/routing/guarded-route\\.ts$',
    ],
    '^bench/analysis/random\\.ts$',
  ],
};

const project =
  '^(activities|analysis|api|bench|cli|clients|config-store|dashboard|domain|evals|examples|gateway|program|protocols|sandbox|scripts|sim|simulator|tests|workers|workflows)/';
const tests = '(\\.(test|fixture)\\.ts$|/test-fixtures/)';
/**
 * A program's composition root puts together more than its folder may know: the API runs the reconciler's loop, so
 * that releases are looked after while no worker is up.
 */
const compositionRoots = {
  api: {
    root: '^api/main\\.ts$',
    imports: [
      '^workers/reconciler/(reconciler|until-reached)\\.ts$',
      '^activities/temporal/(temporal-view|payload-codec)\\.ts$',
    ],
  },
};
/** What a test may use besides what its folder may. */
const forTests = ['^tests/support/', '^config-store/', '^cli/up/servers/'];

function folderRules([folder, imports]) {
  const own = `^${folder}/`;
  // A workflow only knows the shape of activities: `import type`.
  const types = folder === 'workflows' ? ['^activities/'] : [];
  const composition = compositionRoots[folder];
  const compositionRules =
    composition === undefined
      ? []
      : [
          {
            name: `${folder}-root-imports`,
            comment: `The composition root of ${folder}/ may import ${composition.imports.join(', ')} as well.`,
            severity: 'error',
            from: { path: composition.root },
            to: { path: project, pathNot: [own, ...imports, ...composition.imports] },
          },
        ];
  return [
    ...compositionRules,
    {
      name: `${folder}-imports`,
      comment: `${folder}/ may import ${imports.join(', ') || 'nothing else of the project'}.`,
      severity: 'error',
      from: { path: own, pathNot: [tests, ...(composition === undefined ? [] : [composition.root])] },
      to: { path: project, pathNot: [own, ...imports, ...types] },
    },
    {
      name: `${folder}-test-imports`,
      comment: `Tests in ${folder}/ may import what the folder may, and ${forTests.join(', ')}.`,
      severity: 'error',
      from: { path: `${own}.*${tests}` },
      to: { path: project, pathNot: [own, ...imports, ...types, ...forTests] },
    },
  ];
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(allowed).flatMap(folderRules),
    {
      name: 'workflows-import-activity-types-only',
      comment: 'Workflow code is bundled and replayed: an activity itself must not get into the bundle.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'protocols-are-pure',
      comment: 'What a protocol says is read and written from memory alone: no network, no file, no clock.',
      severity: 'error',
      from: { path: '^protocols/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cli-talks-http',
      comment:
        'The command knows the words of the domain, and talks to the API by the types of its schemas; there is one reader of event streams. docs/decisions/0004 says what else its parts may import.',
      severity: 'error',
      from: { path: '^cli/', pathNot: ['^cli/(up|eval|break-glass|pack)/', tests] },
      to: {
        path: project,
        pathNot: ['^cli/', '^domain/', '^program/', '^api/schemas/', '^protocols/sse\\.ts$'],
      },
    },
    {
      name: 'cli-reads-files-as-the-server-does',
      comment: 'One parser for suites, one compiler for prompts, one formula for what a suite can show.',
      severity: 'error',
      from: { path: '^cli/pack/', pathNot: tests },
      to: {
        path: project,
        pathNot: [
          '^cli/',
          '^domain/',
          '^program/',
          '^evals/suite-file/',
          '^sandbox/(sandbox|check-prompts)\\.ts$',
          '^analysis/gate/gate-looks\\.ts$',
          '^activities/looks/judging/dry-run\\.ts$',
        ],
      },
    },
    {
      name: 'cli-knows-api-types-only',
      severity: 'error',
      from: { path: '^cli/', pathNot: ['^cli/(up|eval)/', tests] },
      to: { path: '^api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'cli-loads-composition-roots-when-asked',
      comment:
        'What starts servers is loaded by the command that starts them; the others only look for a running stack.',
      severity: 'error',
      from: { path: '^cli/', pathNot: ['^cli/(up|eval)/', tests] },
      to: {
        path: '^cli/(up|eval)/',
        pathNot: ['^cli/up/home/home\\.ts$', '^cli/up/servers/system-error\\.ts$'],
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'dashboard-knows-api-types-only',
      severity: 'error',
      from: { path: '^dashboard/' },
      to: { path: '^api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-dashboard',
      comment: 'The API serves what is built of it.',
      severity: 'error',
      from: { path: project, pathNot: '^dashboard/' },
      to: { path: '^dashboard/' },
    },
    {
      name: 'break-glass-needs-the-database-only',
      severity: 'error',
      from: { path: '^cli/break-glass[/.]', pathNot: tests },
      to: { path: project, pathNot: ['^cli/', '^domain/', '^program/', '^config-store/'] },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { pathNot: ['^tests/', '^bench/', tests] },
      to: { path: ['^tests/', tests] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-bundled'] },
    },
    {
      name: 'no-development-packages-in-production',
      comment: 'The image is installed without devDependencies.',
      severity: 'error',
      from: {
        path: project,
        pathNot: ['^tests/', '^bench/', '^scripts/', '^dashboard/vite\\.config\\.ts$', tests],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: [
        '^node_modules',
        '^\\.sluice',
        '^coverage',
        '^dashboard/dist',
        '^(examples|tools)/.*/node_modules',
      ],
    },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count: a rule about knowledge is broken by knowing a type, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
