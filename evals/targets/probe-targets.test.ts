import { SluiceError } from '../../domain/errors.ts';
import type { ProbeAnswer, ProbedTarget } from '../../domain/revision/target-probe.ts';
import { heldTime } from '../../tests/support/held-time.ts';
import { probeTargets } from './probe-targets.ts';

const subject = { app: 'bank', revision: 'rev', environment: 'production' };
const answered: ProbedTarget['outcome'] = { kind: 'answered' };

function failed(status: number | undefined, more: object = {}): ProbedTarget['outcome'] {
  const how = status === undefined ? 'connect' : 'status';
  return {
    kind: 'failed',
    how,
    code: 'said',
    message: 'no',
    ...(status === undefined ? {} : { status }),
    ...more,
  };
}

/** Probes a chain of two, of which the second answers, and the first what is said from probe to probe. */
async function probe(...first: (ProbedTarget['outcome'] | SluiceError)[]) {
  const time = heldTime();
  const ask = (): Promise<ProbeAnswer> => {
    const outcome = first.length > 1 ? first.shift()! : first[0]!;
    if (outcome instanceof SluiceError) return Promise.reject(outcome);
    return Promise.resolve({
      targets: [
        { target: 0, name: 'openai/gpt', outcome },
        { target: 1, name: 'anthropic/claude', outcome: answered },
      ],
    });
  };
  return { ...(await probeTargets(ask, subject, { time })), waits: time.waits };
}

describe('the probe of a revision’s targets', () => {
  it.each([401, 403, 404])('takes a target that answers %i for dead', async (status) => {
    const { dead, unknown } = await probe(failed(status));
    expect(dead).toEqual([`target 1 (openai/gpt) in production: ${status} said`]);
    expect(unknown).toEqual([]);
  });

  it.each([
    [400, 'model'],
    [405, 'address'],
    [498, 'key'],
  ])('takes one for dead that refuses the operator under another status (%i: %s)', async (status, matter) => {
    expect((await probe(failed(status, { matter }))).dead).toHaveLength(1);
  });

  it('takes a spent account for one that cannot be asked now, whatever its status', async () => {
    expect(await probe(failed(400, { matter: 'account' }))).toMatchObject({
      dead: [],
      unknown: [expect.any(String) as string],
    });
  });

  it('takes one that finds the tiny question wrong for alive', async () => {
    expect(await probe(failed(400))).toMatchObject({ dead: [], unknown: [], waits: [] });
  });

  it.each([429, 500, 503, undefined])(
    'asks one that says "later" (%s) again, and then only says so',
    async (status) => {
      expect(await probe(failed(status), answered)).toMatchObject({ dead: [], unknown: [] });
      const { dead, unknown, waits } = await probe(failed(status));
      expect(dead).toEqual([]);
      expect(unknown).toEqual([expect.stringMatching(/^target 1 \(openai\/gpt\) in production: /)]);
      expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(8_000);
    },
  );

  it('comes back when it is asked to', async () => {
    expect((await probe(failed(429, { retryAfterMs: 3_000 }), answered)).waits).toEqual([3_000]);
  });

  it('takes an environment without such a provider or key for one that cannot serve', async () => {
    const { dead } = await probe(new SluiceError('not_found', 'This environment has no provider "x".'));
    expect(dead).toEqual(['production: This environment has no provider "x".']);
  });

  it('only says so where the gateway itself does not answer', async () => {
    const { dead, unknown } = await probe(new SluiceError('unreachable', 'The gateway does not answer.'));
    expect({ dead, unknown }).toEqual({ dead: [], unknown: ['production: The gateway does not answer.'] });
  });
});
