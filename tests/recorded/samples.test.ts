import { z } from 'zod';
import { sampleBodySchema } from '../../domain/sample-body.ts';
import { isReplayable, replayBody } from '../../evals/mirror/replay-request.ts';
import { recordedRows } from './recorded.ts';

const samples = recordedRows('sample', z.looseObject({ body: z.looseObject({ protocol: z.string() }) }));

describe('samples that the code of a33d452 has kept', () => {
  it('are of every protocol', () => {
    expect(new Set(samples.map(({ body }) => body.protocol))).toEqual(
      new Set(['openai-chat', 'openai-responses', 'anthropic-messages']),
    );
  });

  it.each(samples.map(({ body }, i) => [`${i + 1}, ${body.protocol}`, body] as const))(
    'can be read and asked again: %s',
    (_, stored) => {
      const body = sampleBodySchema.parse(stored);
      expect(isReplayable(body)).toBe(true);
      expect(replayBody(body, undefined)).toMatchObject({ model: body.model });
    },
  );
});
