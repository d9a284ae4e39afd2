import { leastSpec, useFolder } from '../test-fixtures/sluice.ts';
import { readSpec } from './read-spec.ts';
import { createTeamFiles } from './team-files.ts';

const folder = useFolder();

function read(text: string) {
  folder.write('sluice.yaml', text);
  return readSpec(createTeamFiles(folder.path, 'sluice.yaml'), 'sluice.yaml');
}

function faultsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    return String(error).replace('SluiceError: ', '').split('\n');
  }
  return [];
}

it('completes the plans of the least spec', () => {
  expect(Object.keys(read(leastSpec).plans)).toEqual(['default', 'hotfix']);
});

it('lists several faults, each with its line', () => {
  const text = `app: My App
revision:
  chain: []
  timeouts:
    total: fast
  temperature: 0
plans:
  default:
    steps:
      - { weight: 50, hold: 1m }
      - { weight: 25, hold: 1m }
`;
  expect(faultsOf(text)).toEqual([
    expect.stringMatching(/^sluice\.yaml:1:\d+: app: a name has lower-case letters/),
    expect.stringMatching(/^sluice\.yaml:3:\d+: revision\.chain: a chain has at least one target/),
    expect.stringMatching(/^sluice\.yaml:5:\d+: revision\.timeouts\.total: a duration is a number/),
    expect.stringMatching(/^sluice\.yaml:6:\d+: revision: .*temperature/),
  ]);
});

it('finds the lines of plans, whose defaults come from elsewhere in the file', () => {
  const faults = faultsOf(`${leastSpec}plans:
  careful:
    steps:
      - { weight: 50, hold: 1m }
      - { weight: 25, hold: 1m }
`);
  expect(faults).toEqual([
    'sluice.yaml:9:7: plans.careful.steps: the weights of the steps rise',
    'sluice.yaml:9:7: plans.careful.steps: the last step has weight 100',
  ]);
});

it.each([
  ['app: [unclosed', /^sluice\.yaml:1:\d+: /],
  ['app: a\napp: b\n', /^sluice\.yaml:2:\d+: .*unique/],
  ['- a list\n', /^sluice\.yaml:1:\d+: .*object/],
  ['', /^sluice\.yaml:1:\d+: app: /],
  ['app: a\n\tb: c\n', /^sluice\.yaml:2:\d+: .*[Tt]ab/],
])('names the line of YAML that is malformed: %j', (text, message) => {
  expect(faultsOf(text)[0]).toMatch(message);
});

it('refuses a file that is not UTF-8', () => {
  folder.write('sluice.yaml', '');
  const files = { ...createTeamFiles(folder.path, 'sluice.yaml') };
  expect(() => readSpec(files, '.')).toThrow('. is no file');
});
