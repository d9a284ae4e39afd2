import type { SluiceError } from '../../domain/errors.ts';
import { csvTests } from './csv-tests.ts';

/** The test of a file with one line below the names. */
function testOf(names: string, line: string) {
  const [found, ...more] = csvTests(`${names}\n${line}\n`, 'cases.csv');
  expect(more).toEqual([]);
  return found?.test;
}

const assertionsOf = (cell: string) =>
  testOf('message,__expected', `hi,"${cell.replaceAll('"', '""')}"`)?.['assert'];

describe('a cell of __expected', () => {
  it.each([
    ['  plain text ', { type: 'equals', value: 'plain text' }],
    ['not-contains: The secret', { type: 'not-contains', value: 'The secret' }],
    ['contains-any: a, "b, c",', { type: 'contains-any', value: ['a', 'b, c'] }],
    ['fn: output.length > 2 ', { type: 'javascript', value: 'output.length > 2' }],
    ['eval:true', { type: 'javascript', value: 'true' }],
    ['not-javascript: false', { type: 'not-javascript', value: 'false' }],
    ['latency(200)', { type: 'latency', threshold: 200 }],
    ['not-cost(0.5)', { type: 'not-cost', threshold: 0.5 }],
    ['not-llm-rubric: is kind', { type: 'not-llm-rubric', value: 'is kind' }],
    ['similar(0.8): x', { type: 'similar', value: 'x', threshold: 0.8 }],
    ['is-json', { type: 'is-json' }],
    ['is-json: {"type": "object"}', { type: 'is-json', value: ' {"type": "object"}' }],
    ['finish-reason: length', { type: 'finish-reason', value: 'length' }],
    ['contians: x', { type: 'equals', value: 'contians: x' }],
    ['file://expected.txt', { type: 'equals', value: 'file://expected.txt' }],
  ])('%j is %j', (cell, assertion) => {
    expect(assertionsOf(cell)).toEqual([assertion]);
  });

  it.each([
    ['grade: is kind', /begins with "grade"/],
    ['not-g-eval: is kind', /begins with "g-eval"/],
    ['classifier(0.8): x', /begins with "classifier"/],
    ['contains-json', /begins with "contains-json"/],
    ['is-html', /begins with "is-html"/],
    ['trajectory:tool-used: x', /begins with "trajectory:tool-used"/],
    ['python: True', /begins with "python"/],
    ['file://check.py:fn', /is code in a file/],
    ['file://check.mjs', /is code in a file/],
    ['javascript(0.5): 1', /a number in brackets, which promptfoo ignores/],
    ['contains(2): x', /a number in brackets/],
    ['contains-all: "a', /a quote that is not closed/],
    ['contains-all: "a" b', /something else than a comma/],
  ])('%j is refused, with what to write', (cell, message) => {
    const read = () => assertionsOf(cell);
    expect(read).toThrow(message);
    expect(read).toThrow(/^cases\.csv:2: __expected /);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_file' }) as SluiceError);
  });
});

describe('the columns of a CSV file', () => {
  it('are variables, assertions, and what a test has besides', () => {
    const names =
      'message, tone ,__expected1,__expected2,__config:__expected2:threshold,__id,__description,__group,__metric,__threshold,__critical,__metadata:owner';
    expect(testOf(names, 'hi, calm ,x,fn: 1,.5,a,first,g,words,+1e-1,true,ada')).toEqual({
      id: 'a',
      description: 'first',
      group: 'g',
      threshold: 0.1,
      critical: true,
      vars: { message: 'hi', tone: ' calm ' },
      assert: [
        { type: 'equals', value: 'x', metric: 'words' },
        { type: 'javascript', value: '1', threshold: 0.5, metric: 'words' },
      ],
    });
    expect(testOf('message,__metadata:critical', 'hi,true')).toMatchObject({ critical: true });
  });

  it.each([
    ['message,message ', /^cases\.csv:1: column "message" is there twice/],
    ['message,', /^cases\.csv:1: a column has no name/],
    ['message,_expected', /did you mean "__expected" by "_expected"/],
    ['message,__expect', /column "__expect" is not understood/],
    ['message,__expectedA', /column "__expectedA" is not understood/],
    ['message,__metadata', /column "__metadata" is not understood/],
    ['message,__metadata:Critical', /is not understood/],
    ['message,__config:__expected:weight', /is not understood/],
  ])('are not ignored where they are not understood: %s', (names, message) => {
    expect(() => testOf(names, 'a,b')).toThrow(message);
  });

  it.each([
    ['__prefix', 'Dear ', /would change the prompt/],
    ['__suffix', ' ', /would change the prompt/],
    ['__providerOutput', 'x', /would take the place of the revision’s answer/],
    ['__threshold', 'half', /"half" is no number/],
    ['__threshold', '0x10', /"0x10" is no number/],
    ['__critical', 'yes', /"yes" is neither true nor false/],
    ['__config:__expected:threshold', '', /is of no assertion to promptfoo/],
  ])('take no %s of %j', (name, value, message) => {
    expect(() => testOf(`message,${name}`, `hi,"${value}"`)).toThrow(message);
  });

  it('may be empty where they are of no meaning here', () => {
    const names = 'message,__prefix,__suffix,__providerOutput,__threshold,__critical,__id';
    expect(testOf(names, 'hi,,,,,,')).toEqual({ vars: { message: 'hi' }, assert: [] });
  });

  it('refuse a threshold that promptfoo would give to the assertion of another column', () => {
    const names = 'message,__expected1,__expected2,__config:__expected1:threshold';
    expect(() => testOf(names, 'hi,,fn: 1,0.5')).toThrow(/is of that of __expected2 to promptfoo/);
  });

  it('may have quotes inside a value, and nothing but as many values as names', () => {
    expect(testOf('message,tone', 'say "hi" now,x')).toMatchObject({ vars: { message: 'say "hi" now' } });
    expect(() => csvTests('a,b\n1\n', 'cases.csv')).toThrow(/^cases\.csv: .*line 2/);
    expect(() => csvTests('a,b\n1,2\n\n', 'cases.csv')).toThrow(/^cases\.csv: /);
    expect(csvTests('\uFEFFa,b\r\n1,"x\ny"\r\n', 'cases.csv')).toMatchObject([
      { test: { vars: { a: '1', b: 'x\ny' } } },
    ]);
  });
});
