import { z } from 'zod';
import { parseInbound } from '../../protocols/parse-inbound.ts';
import { protocols } from '../../protocols/request.ts';
import { askAgain, readSample } from '../../protocols/samples/sample.ts';
import { recordedRows } from './recorded.ts';

/** What samples of a33d452 keep of what was asked. */
const askedSchema = z.object({
  messages: z.array(z.json()),
  tools: z.array(z.json()).optional(),
  toolChoice: z.json().optional(),
  parameters: z.record(z.string(), z.json()),
  stream: z.boolean(),
});
const bodySchema = z.record(z.string(), z.json()).and(z.looseObject({ protocol: z.enum(protocols) }));
/** What is asked beside it since: without it a model's reasoning would be lost where nothing is stored. */
function askedNow(stored: { protocol: (typeof protocols)[number] }): z.infer<typeof askedSchema> {
  const asked = askedSchema.parse(stored);
  if (stored.protocol !== 'openai-responses') return asked;
  return {
    ...asked,
    parameters: { ...asked.parameters, rest: { include: ['reasoning.encrypted_content'] } },
  };
}

const samples = recordedRows('sample', z.looseObject({ body: bodySchema }));

describe('samples that the code of a33d452 has kept', () => {
  it('are of every protocol', () => {
    expect(new Set(samples.map(({ body }) => body.protocol))).toEqual(new Set(protocols));
  });

  it.each(samples.map(({ body }, i) => [`${i + 1}, ${body.protocol}`, body] as const))(
    'are read and asked again as they were asked: %s',
    (_, stored) => {
      const again = askAgain(readSample(stored)!, { model: 'bank-support', documents: undefined });
      const { request } = parseInbound(again.protocol, again.body);
      const { messages, tools, toolChoice, parameters, stream } = request;
      expect(again.protocol).toBe(stored.protocol);
      expect({ messages, tools, toolChoice, parameters, stream }).toEqual(askedNow(stored));
    },
  );
});
