import { startWorld, type DemoWorld } from '../../examples/demo/world.ts';
import { releaseForgetfully, type Forgetful } from './test-fixtures/forgetful-app.ts';
let world: DemoWorld;
let forgetful: Forgetful;
beforeAll(async () => {
  world = await startWorld({
    dataDirectory: undefined,
    vendors: undefined,
    onProgress: () => undefined,
    env: {},
  });
  forgetful = await releaseForgetfully(world);
  console.log(JSON.stringify(forgetful, null, 1), forgetful.refusal);
}, 200_000);
afterAll(async () => {
  await world.stop();
}, 60_000);
describe('where the policy forbids to keep requests as they came (0053)', () => {
  it('a mirror shows those that redaction has altered, and judges none, though all are answered', () => {
    const mirror = forgetful.ended.stages.find(({ stage }) => stage === 'mirror');
    expect([forgetful.ended.state, mirror?.outcome]).toEqual(['inconclusive', 'inconclusive']);
    expect(mirror?.summary).toMatch(
      /^0 pairs; .*; not judged, altered by redaction: 10 pairs, failed: candidate 0, stable 0/,
    );
  });

  it('a release says what it lacks before it starts, and does not start', () => {
    const says = expect.stringMatching(
      /0 are there .*altered by redaction, and the policy forbids to keep them/,
    ) as unknown;
    const remedy = expect.stringContaining('samples.fresh') as unknown;
    expect(forgetful.check.mirror).toMatchObject({ state: 'lacks', have: 0, says, remedy });
    expect(forgetful.refusal).toMatchObject({ code: 'lacks_data', remedy });
  });
});
