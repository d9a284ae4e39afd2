import { exitCodeOf, httpStatusOf, messageOf, SluiceError } from './errors.ts';

describe('SluiceError', () => {
  it('carries what happened, what to do about it, and why', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new SluiceError('unreachable', 'PostgreSQL is away.', { remedy: 'Start it.', cause });
    expect(error).toMatchObject({
      code: 'unreachable',
      message: 'PostgreSQL is away.',
      remedy: 'Start it.',
      cause,
    });
  });
});

it('tells unknown state (5) apart from refusal (4) and conflict (17)', () => {
  expect([exitCodeOf('unreachable'), exitCodeOf('forbidden'), exitCodeOf('busy')]).toEqual([5, 4, 17]);
  expect([httpStatusOf('unreachable'), httpStatusOf('forbidden'), httpStatusOf('busy')]).toEqual([
    503, 403, 409,
  ]);
});

it('reads a message from anything that was thrown', () => {
  expect([messageOf(new Error('a')), messageOf('b'), messageOf(undefined)]).toEqual(['a', 'b', 'undefined']);
});
