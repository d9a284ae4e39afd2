import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';
import { parseSettings } from './parse-settings.ts';
import { dataKeySchema, parseBinding } from './settings.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(0).default(7400),
  KEY: dataKeySchema.optional(),
  NEEDED: z.string(),
});
const read = (variables: NodeJS.ProcessEnv) => parseSettings('gateway', schema, variables);

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('parseSettings', () => {
  it('takes a variable that is empty for one that is not set: never for 0', () => {
    expect(read({ NEEDED: 'x', PORT: '', KEY: '' })).toEqual({ NEEDED: 'x', PORT: 7400 });
    expect(thrownBy(() => read({ NEEDED: '' }))).toMatchObject({ code: 'usage' });
  });

  it('reads a data key as its bytes', () => {
    const key = Buffer.alloc(32, 7);
    expect(read({ NEEDED: 'x', KEY: key.toString('base64') }).KEY).toEqual(key);
  });

  it.each([
    [{}, 'NEEDED'],
    [{ NEEDED: 'x', PORT: 'many' }, 'PORT'],
    [{ NEEDED: 'x', KEY: 'c2hvcnQ=' }, 'A data key has 32 bytes, this one 5'],
  ])('names what is wrong with %j, the program, and where to read on', (variables, named) => {
    const error = thrownBy(() => read(variables));
    expect(error).toBeInstanceOf(SluiceError);
    expect(error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining(named) as unknown,
      remedy: expect.stringContaining('docs/reference/settings.md') as unknown,
    });
    expect(String(error)).toContain("gateway's settings");
  });
});

describe('parseBinding', () => {
  const source = { path: 'operators.yaml', environment: 'staging' };
  const provider = '{ kind: openai, baseUrl: "http://127.0.0.1:1/v1" }';

  it('gives the binding of the environment', () => {
    const text = `environments: { staging: { providers: { main: ${provider} } } }`;
    expect(parseBinding(text, source).providers['main']?.kind).toBe('openai');
  });

  it.each([
    ['environments: [', 'operators.yaml'],
    ['environments: { staging: { provider: {} } }', 'provider'],
    [`environments: { production: { providers: { main: ${provider} } } }`, 'it has: production'],
    ['environments: {}', 'it has: none'],
    [`environments: { staging: { providers: { __proto__: ${provider} } } }`, 'called __proto__'],
    [`environments: { staging: { providers: { constructor: ${provider} } } }`, 'providers.constructor'],
  ])('names the file and what is wrong with %s', (text, named) => {
    const error = thrownBy(() => parseBinding(text, source));
    expect(error).toMatchObject({ code: 'invalid_file' });
    expect(String(error)).toContain('operators.yaml');
    expect(String(error)).toContain(named);
  });
});
