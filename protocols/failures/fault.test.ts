import fc from 'fast-check';
import { readAnthropicError } from '../anthropic-messages/errors.ts';
import { failureForCaller, failureInStream, failureOfStatus } from './failure.ts';
import { verdictOf } from './fault.ts';
import { readOpenAiError } from '../openai/error.ts';

const openai = (message: string, code: string | null = null, param: string | null = null) =>
  readOpenAiError({ error: { message, type: 'invalid_request_error', param, code } });
const anthropic = (type: string, message: string, errorCode?: string) =>
  readAnthropicError({
    type: 'error',
    error: { type, message, ...(errorCode === undefined ? {} : { details: { error_code: errorCode } }) },
  });

describe('an operator has to mend, and another target may answer', () => {
  it.each([
    ['key', 401, undefined],
    ['key', 403, undefined],
    ['key', 498, undefined],
    ['account', 402, undefined],
    ['address', 301, undefined],
    ['address', 302, undefined],
    ['address', 308, undefined],
    ['address', 404, undefined],
    ['address', 405, undefined],
    ['address', 410, undefined],
    ['address', 421, undefined],
    ['address', 404, openai('Resource not found', '404')],
    [
      'key',
      401,
      openai('Incorrect API key provided: sk-abc***. You can find yours in the console.', 'invalid_api_key'),
    ],
    ['key', 400, openai('API key not valid. Please pass a valid API key.')],
    ['key', 400, openai('API key expired. Please renew the API key.')],
    ['key', 401, openai('Access denied due to invalid subscription key or wrong API endpoint.', '401')],
    ['key', 401, anthropic('authentication_error', 'invalid x-api-key')],
    [
      'key',
      403,
      anthropic('permission_error', 'Your API key does not have permission to use the specified resource.'),
    ],
    [
      'account',
      429,
      openai(
        'You exceeded your current quota, please check your plan and billing details.',
        'insufficient_quota',
      ),
    ],
    ['account', 429, openai('You exceeded your current quota, please check your plan and billing details.')],
    [
      'account',
      429,
      openai('Your account is not active, please check your billing details.', 'billing_not_active'),
    ],
    ['account', 400, openai('Billing hard limit has been reached', 'billing_hard_limit_reached')],
    ['account', 401, openai('The account was deactivated.', 'account_deactivated')],
    [
      'account',
      403,
      openai('Country, region, or territory not supported', 'unsupported_country_region_territory'),
    ],
    ['account', 400, openai('User location is not supported for the API use.')],
    ['account', 402, openai('Insufficient Balance', 'invalid_request_error')],
    ['account', 400, openai('Your organization must be verified to stream this model.', 'unsupported_value')],
    [
      'account',
      400,
      anthropic('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
    ],
    [
      'account',
      400,
      anthropic(
        'invalid_request_error',
        'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
      ),
    ],
    [
      'account',
      400,
      anthropic('invalid_request_error', 'You have reached your specified workspace API usage limits.'),
    ],
    ['account', 400, anthropic('invalid_request_error', 'This organization has been disabled.')],
    ['account', 400, anthropic('invalid_request_error', 'Refused.', 'organization_on_hold')],
    ['account', 403, anthropic('billing_error', 'Pay.')],
    ['account', 429, anthropic('rate_limit_error', 'Extra usage is required for long context requests.')],
    ['account', 429, anthropic('rate_limit_error', 'No.', 'enforced_spend_limit_reached')],
    [
      'model',
      404,
      openai('The API deployment for this resource does not exist. Please wait.', 'DeploymentNotFound'),
    ],
    [
      'model',
      404,
      openai('The model `gpt-9` does not exist or you do not have access to it.', 'model_not_found'),
    ],
    ['model', 404, openai('The model gpt-4.5 does not exist.')],
    ['model', 400, openai('invalid model ID', null, 'model')],
    ['model', 400, openai('vendor/gpt-9 is not a valid model ID')],
    [
      'model',
      400,
      readOpenAiError({ object: 'error', message: 'Invalid model: m-9', type: 'invalid_model' }),
    ],
    ['model', 404, readOpenAiError({ error: 'model "m-9" not found, try pulling it first' })],
    [
      'model',
      400,
      openai(
        'The chatCompletion operation does not work with the specified model, o1-pro.',
        'OperationNotSupported',
      ),
    ],
    ['model', 403, openai('Project `proj_1` does not have access to model `gpt-5`', null)],
    ['model', 404, anthropic('not_found_error', 'model: claude-sonnet-9')],
    [
      'model',
      400,
      openai(
        'The model `mixtral` has been decommissioned and is no longer supported.',
        'model_decommissioned',
      ),
    ],
  ] as const)('%s: %i %j', (matter, status, error) => {
    expect(verdictOf({ status, error })).toEqual({ fault: 'operator', tryNext: true, matter });
    // No caller can mend it, and none may take it for its own request's fault.
    expect(failureOfStatus(status, error).status).toBeGreaterThanOrEqual(500);
  });

  it('inside a stream as well', () => {
    expect(
      failureInStream(anthropic('invalid_request_error', 'Your credit balance is too low.')),
    ).toMatchObject({
      ...{ fault: 'operator', matter: 'account', code: 'insufficient_quota', status: 503 },
    });
  });
});

describe('a caller has to mend, and no other target is tried', () => {
  it.each([
    [400, undefined],
    [413, undefined],
    [415, undefined],
    [422, undefined],
    [400, openai('Too long.', 'context_length_exceeded', 'messages')],
    [
      400,
      openai(
        "The response was filtered due to the prompt triggering the service's content management policy.",
        'content_filter',
      ),
    ],
    [403, openai('Your input was flagged by moderation.')],
    [404, openai('No such File object: file-abc')],
    [404, openai('No such File object: file-abc', null, 'file_id')],
    [404, openai("Item with id 'rs_1' not found. Items are not persisted.", null, 'input')],
    [404, anthropic('not_found_error', 'File not found: file_01.')],
    [404, anthropic('not_found_error', 'Gone.', 'file_expired')],
    [400, anthropic('invalid_request_error', 'messages.0.content: Input should be a valid list')],
    [
      400,
      openai(
        'Unsupported value: reasoning_effort does not support that with this model.',
        'unsupported_value',
        'reasoning_effort',
      ),
    ],
  ] as const)('%i %j', (status, error) => {
    expect(verdictOf({ status, error })).toEqual({ fault: 'caller', tryNext: false });
  });
});

it.each([
  'You have exceeded the rate limit.',
  'You have reached your requests per minute limit.',
  'Rate limit reached for gpt-5 in organization org-x on tokens per min (TPM): Limit 10000, Used 9000.',
  "This request would exceed your organization's rate limit of 40,000 input tokens per minute.",
  'Requests to this operation have exceeded token rate limit of your current pricing tier.',
])('is the provider where only the pace is too high: %s', (message) => {
  expect(verdictOf({ status: 429, error: openai(message, '429') }).fault).toBe('provider');
  expect(verdictOf({ status: 429, error: anthropic('rate_limit_error', message) }).fault).toBe('provider');
});

it.each([
  'Workspace usage limit reached.',
  'Your organization has reached its monthly spend limit.',
  'You have run out of credits.',
  'You have reached the budget cap.',
])('is the account where what is paid for is used up: %s', (message) => {
  for (const status of [400, 403, 429])
    expect(verdictOf({ status, error: anthropic('invalid_request_error', message) }).matter).toBe('account');
});

it.each([408, 409, 424, 425, 429, 500, 502, 503, 504, 520, 529])('is the provider at %i', (status) => {
  expect(verdictOf({ status, error: undefined })).toEqual({ fault: 'provider', tryNext: true });
  expect(verdictOf({ status, error: openai('Slow down.', 'rate_limit_exceeded') }).fault).toBe('provider');
});

it("is the revision for what it set itself, and another target's own parameters may do", () => {
  const error = openai('Unsupported parameter.', 'unsupported_parameter', 'temperature');
  const verdict = verdictOf({ status: 400, error, revisionParameters: ['temperature'] });
  expect(verdict).toEqual({ fault: 'revision', tryNext: true });
});

const alarming = [
  'Your credit balance is too low',
  'You have reached your specified API usage limits.',
  'Incorrect API key provided',
  'The model gpt-9 does not exist',
];
const anything = fc.record({
  status: fc.integer({ min: 300, max: 599 }),
  code: fc.option(
    fc.oneof(fc.string(), fc.constantFrom('invalid_api_key', 'content_filter', 'DeploymentNotFound')),
  ),
  message: fc.oneof(fc.string(), fc.constantFrom(...alarming)),
});

it('gives one verdict of each refusal, and the two answers fit each other', () => {
  fc.assert(
    fc.property(anything, ({ status, code, message }) => {
      const verdict = verdictOf({ status, error: openai(message, code) });
      expect(verdict.matter !== undefined).toBe(verdict.fault === 'operator');
      expect(verdict.tryNext).toBe(verdict.fault !== 'caller');
      // A server's error is nobody's here, but where its words say what an operator has to mend.
      if (status >= 500 && code === null && !alarming.includes(message))
        expect(verdict.fault).toBe('provider');
      if (verdict.fault !== 'caller')
        expect(failureOfStatus(status, openai(message, code)).status).not.toBe(400);
    }),
  );
});

it('tells callers nothing of what a vendor says to the operator', () => {
  const secret = 'Incorrect API key provided. Received API Key = sk-live-SECRET';
  const refused = failureOfStatus(401, openai(secret, 'invalid_api_key', 'sk-live-SECRET'));
  expect(refused.message).toBe(secret);
  const { message, param, code, status } = failureForCaller(refused);
  expect({ message, param, code, status }).toEqual({
    message: expect.not.stringContaining('SECRET') as unknown,
    param: undefined,
    ...{ code: 'invalid_api_key', status: 502 },
  });
  const own = failureOfStatus(400, openai('Too long.', 'context_length_exceeded', 'messages'));
  expect(failureForCaller(own)).toBe(own);
});

it('takes no words of a caller, which vendors quote, for its own', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...alarming),
      fc.constantFrom(['"', '"'], ["'", "'"], ['`', '`'], ['"', '']),
      fc.boolean(),
      (words, [open, close], named) => {
        const message = `Invalid value: ${open}${words}${close}`;
        const error = openai(message, 'invalid_value', named ? 'messages[0].content' : null);
        expect(verdictOf({ status: 400, error })).toEqual({ fault: 'caller', tryNext: false });
        const about = openai(words, 'invalid_value', 'messages[0].content');
        expect(verdictOf({ status: 400, error: about }).fault).toBe('caller');
      },
    ),
  );
});

it('reads a message of any length in no time to speak of', () => {
  const message = 'the model '.repeat(200_000) + 'not';
  expect(verdictOf({ status: 400, error: openai(message) }).fault).toBe('caller');
});
