import OpenAI from 'openai';
import { failureOf } from './pinned-failure.ts';

/** What an evaluation makes of an error that its gateway told of in these words. */
function told(status: number, failure: string, code = 'invalid_request_error') {
  const headers = new Headers({ 'x-sluice-failure': failure, 'x-sluice-code': code });
  const error = OpenAI.APIError.generate(status, { error: { message: 'No.' } }, undefined, headers);
  return failureOf(error, 1, 'http://gateway');
}

it.each([
  ['a spent account that a vendor calls a 400', 503, 'status 400 account'],
  ['an account without a balance', 503, 'status 402 account'],
  ['a limit', 429, 'status 429'],
])('is nobody’s result: %s', (_name, status, failure) => {
  expect(told(status, failure)).toMatchObject({ kind: 'unanswered', how: 'refused' });
});

it.each([
  ['a revoked key', 502, 'status 401 key'],
  ['a model that is not there', 502, 'status 400 model'],
  ['a redirection', 502, 'status 302 address'],
  ['a wrong request', 400, 'status 400'],
])('is the revision’s own, or its binding’s: %s', (_name, status, failure) => {
  expect(told(status, failure)).toMatchObject({ kind: 'failed' });
});
