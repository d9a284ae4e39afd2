import type { VendorError } from './vendor-error.ts';
import type { OperatorMatter, RefusalVerdict } from './verdict.ts';

const callers: RefusalVerdict = { fault: 'caller', tryNext: false };
const revisions: RefusalVerdict = { fault: 'revision', tryNext: true };
const providers: RefusalVerdict = { fault: 'provider', tryNext: true };
const operators = (matter: OperatorMatter): RefusalVerdict => ({ fault: 'operator', tryNext: true, matter });

/** A vendor's own name of an error says most. Names of OpenAI, Azure (as it writes them), Anthropic and their like. */
const codes: readonly (readonly [verdict: RefusalVerdict, names: readonly string[]])[] = [
  [
    operators('key'),
    [
      ...[
        'invalid_api_key',
        'invalid_authentication',
        'authentication_error',
        'invalid_token',
        'token_expired',
      ],
      ...['api_key_invalid', 'api_key_disabled', 'key_disabled', 'AuthenticationFailed', 'Unauthorized'],
      ...['permission_error', 'permission_denied', 'PermissionDenied', 'insufficient_permissions'],
      ...['mismatched_organization', 'mismatched_project', 'invalid_organization', 'ip_not_authorized'],
      ...['api_key_scope_missing', 'claude_code_key_creator_not_member', 'key_profile_mismatch'],
    ],
  ],
  [
    operators('account'),
    [
      ...['insufficient_quota', 'insufficient_user_quota', 'quota_exceeded', 'QuotaExceeded', 'OutOfQuota'],
      ...['billing_error', 'billing_not_active', 'billing_hard_limit_reached', 'insufficient_balance'],
      ...['account_deactivated', 'organization_deactivated', 'access_terminated', 'access_terminated_error'],
      ...[
        'AccountIsDisabled',
        'SubscriptionNotFound',
        'SubscriptionDisabled',
        'ReadOnlyDisabledSubscription',
      ],
      ...['credit_balance_too_low', 'contract_spend_limit_reached', 'enforced_spend_limit_reached'],
      ...['linked_organization_billing_unavailable', 'linked_organization_spend_limit_reached'],
      ...['user_profile_not_billable', 'user_profile_billing_not_authorized', 'organization_on_hold'],
      ...[
        'organization_type_not_supported',
        'organization_not_enrolled_in_beta',
        'workspace_policy_violation',
      ],
      ...['cmek_key_disabled', 'cmek_key_network_blocked', 'unsupported_country_region_territory'],
    ],
  ],
  [
    operators('model'),
    [
      ...[
        'model_not_found',
        'model_not_available',
        'model_deprecated',
        'model_decommissioned',
        'model_retired',
      ],
      ...['model_terms_required', 'unsupported_model', 'model_not_supported', 'invalid_model'],
      ...['DeploymentNotFound', 'DeploymentDisabled', 'ModelNotFound', 'ModelDeprecated', 'ModelRetired'],
      ...['ServiceModelDeprecated', 'unknown_model', 'OperationNotSupported', 'deployment_not_found'],
    ],
  ],
  [
    operators('address'),
    [
      'ResourceNotFound',
      'unknown_url',
      'PublicNetworkAccessDisabled',
      'VirtualNetworkDenied',
      'UnsupportedApiVersion',
    ],
  ],
  // What a caller's request names, though the status says what it says of a wrong address elsewhere.
  [
    callers,
    [
      ...['context_length_exceeded', 'string_above_max_length', 'content_filter', 'content_policy_violation'],
      ...['invalid_prompt', 'invalid_image', 'request_too_large', 'ResponsibleAIPolicyViolation'],
      ...['image_dimensions_too_large', 'request_body_too_large_after_decoding', 'file_expired'],
      ...['thread_not_found', 'thread_unsupported_request', 'thread_already_continued'],
      ...['thread_continue_in_flight', 'thread_fingerprint_mismatch', 'previous_response_not_found'],
    ],
  ],
];

/**
 * A vendor that has one name for many errors says in its message which it is. Read in lower case and without what stands
 * in quotes.
 */
const messages: readonly (readonly [verdict: RefusalVerdict, says: readonly RegExp[]])[] = [
  [
    callers,
    [
      /\b(input|prompt|content) (was|has been) flagged\b|\bcontent management policy\b|\brequires moderation\b/,
      /^(no such )?(file|container|item|response)s?\b.{0,150}\b(not found|not exist|expired)\b|^no such (file|container|item)\b/,
    ],
  ],
  [
    operators('account'),
    [
      /^(your )?credit balance (is|was) too low\b/,
      // A limit of how much is paid for, and not of how fast it may be asked for.
      /^(you|your \w+|this \w+) (has |have )?(reached|exceeded|hit) (your|its|the) (?![\w ]*\b(rate|requests?|tokens?|minute|concurren\w+)\b)[\w ]*(limits?|cap|threshold|quota)\b/,
      /^[\w ]*\b(usage|spend|spending|billing|budget|credit) (limit|cap) (has been |was )?(reached|exceeded)\b/,
      /\b(run out of|insufficient|not enough) (credits?|funds|balance)\b/,
      /\bbilling hard limit\b|\bcheck your (plan and )?billing details\b/,
      /^(this|your|the) [\w ]*(organization|account|workspace|project|subscription) [\w ]*\b(disabled|deactivated|suspended|terminated|on hold|not active|inactive)\b/,
      /^(extra usage is|usage credits are) required\b|\bnot (yet )?available for (this|your) (subscription|organization|account)\b/,
      /^your organization must be verified\b|^(user location|country, region,? or territory) (is )?not supported\b/,
    ],
  ],
  [
    operators('key'),
    [
      /^(incorrect|invalid|missing|no) (api[ -]key|x-api-key)\b/,
      /^(your |the |this )?(api key|access token|authentication|credentials?)\b[\w ]*\b(invalid|not valid|not found|expired|revoked|disabled|leaked|failed)\b/,
      /\binvalid subscription key\b|^you must be a member of an organization\b/,
    ],
  ],
  [
    operators('model'),
    [
      /^(the |this |requested |specified |api |base )*(model|deployment)s?\b.{0,150}\b(not exist|not found|not (currently )?(available|supported|allowed|accessible|enabled)|deprecated|retired|decommissioned|shut down|no longer)\b/,
      /^\S+ is not a valid model( id| name)?\b/,
      /^model: ?\S+$|^(no such|unknown|invalid) (model|deployment)\b|^the \w+ operation does not work with the specified model\b/,
      /^(project|your|this|you) .{0,80}\bnot have access to (the |this )?model\b|^invocation of model id\b/,
    ],
  ],
  [
    operators('address'),
    [
      /^(invalid url|resource not found|api version not supported|unsupported api version|public access is disabled)\b/,
    ],
  ],
];

/** What a status says where the vendor says nothing that is known. Every other 4xx is no model's answer at all. */
const statuses: ReadonlyMap<number, RefusalVerdict> = new Map([
  ...[400, 413, 415, 422].map((status) => [status, callers] as const),
  ...[408, 409, 420, 424, 425, 429].map((status) => [status, providers] as const),
  ...[401, 403, 407, 498, 511].map((status) => [status, operators('key')] as const),
  ...[402, 451].map((status) => [status, operators('account')] as const),
]);

const verdicts: ReadonlyMap<string, RefusalVerdict> = new Map(
  codes.flatMap(([verdict, names]) => names.map((name) => [name.toLowerCase(), verdict] as const)),
);

export interface Refusal {
  /** Of the provider's answer or, inside a stream, the one that such an error has elsewhere. */
  readonly status: number;
  /** Undefined where the body is not the vendor's form of an error. */
  readonly error: VendorError | undefined;
  /** Names of the parameters that the revision set: what a provider says of them is not the caller's fault. */
  readonly revisionParameters?: readonly string[];
}

/** Whose fault a provider's error is, and whether the next target may be tried. Pure: the one table of both. */
export function verdictOf({ status, error, revisionParameters = [] }: Refusal): RefusalVerdict {
  if (error?.param !== undefined && revisionParameters.includes(error.param)) return revisions;
  if (error?.verdict !== undefined) return error.verdict;
  const isRefusal = status >= 300 && status < 500;
  const byCode = [error?.detailCode, error?.code, error?.type]
    .map((code) => verdicts.get((code ?? '').toLowerCase()))
    .find((verdict) => verdict !== undefined);
  if (byCode !== undefined) return byCode;
  const byMessage = isRefusal ? verdictOfMessage(error) : undefined;
  if (byMessage === undefined && status === 404 && isFieldOfCallers(error)) return callers;
  return byMessage ?? statuses.get(status) ?? (isRefusal ? operators('address') : providers);
}

/** What is not there is what a field of the request names, and not what was asked: an id of a file, of an item. */
function isFieldOfCallers(error: VendorError | undefined): boolean {
  return error?.param !== undefined && error.param !== '';
}

/** The field that the vendor blames is the caller's, unless it is the model: callers do not choose that. */
function verdictOfMessage(error: VendorError | undefined): RefusalVerdict | undefined {
  if (error?.param === 'model') return operators('model');
  if (error === undefined || error.param !== undefined) return undefined;
  const said = withoutQuotes(error.message);
  return messages.find(([, says]) => says.some((shape) => shape.test(said)))?.[0];
}

/** What stands in quotes may be a caller's words, and no caller may raise an operator's alarm. */
function withoutQuotes(message: string): string {
  return message
    .slice(0, longestMessage)
    .toLowerCase()
    .replaceAll(/"[^"]*("|$)|`[^`]*(`|$)|(?<![\w])'[^']*('|$)/g, 'it');
}

/** In characters: a vendor's own words come first. */
const longestMessage = 400;
