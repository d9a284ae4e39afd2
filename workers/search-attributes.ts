import { isGrpcServiceError, type Connection } from '@temporalio/client';
// CommonJS without names that Node could find: only the default import works when it is run directly.
import proto, { type temporal } from '@temporalio/proto';
import { SluiceError, messageOf } from '../domain/errors.ts';
import { searchAttributes } from '../workflows/messages.ts';

const { INDEXED_VALUE_TYPE_DOUBLE, INDEXED_VALUE_TYPE_KEYWORD } =
  proto.temporal.api.enums.v1.IndexedValueType;

/** The type of each search attribute; a server silently accepts another type for a name that it has. */
const types: Readonly<Record<string, temporal.api.enums.v1.IndexedValueType>> = {
  [searchAttributes.app]: INDEXED_VALUE_TYPE_KEYWORD,
  [searchAttributes.release]: INDEXED_VALUE_TYPE_KEYWORD,
  [searchAttributes.stage]: INDEXED_VALUE_TYPE_KEYWORD,
  [searchAttributes.weight]: INDEXED_VALUE_TYPE_DOUBLE,
  [searchAttributes.outcome]: INDEXED_VALUE_TYPE_KEYWORD,
};

/** Releases go on without the attributes; `why` says then why they cannot be listed in the Temporal UI. */
export type Registration =
  { readonly kind: 'available' } | { readonly kind: 'unavailable'; readonly why: string };

/**
 * Sees to it that Temporal knows the search attributes of releases, with their types. Where this client may not
 * register them, and nobody has, releases are done without. Throws `unreachable` where Temporal does not answer.
 */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<Registration> {
  try {
    const known = await listAttributes(connection, namespace);
    const wrong = Object.keys(types).filter((name) => name in known && known[name] !== types[name]);
    if (wrong.length > 0) return { kind: 'unavailable', why: `${wrong.join(', ')} exist with another type` };
    const missing = Object.entries(types).filter(([name]) => !(name in known));
    if (missing.length === 0) return { kind: 'available' };
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing),
    });
    return await checkListed(connection, namespace);
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error;
    if (isAway(error.code)) {
      throw new SluiceError('unreachable', `Temporal did not answer: ${messageOf(error)}`, { cause: error });
    }
    return { kind: 'unavailable', why: `they cannot be registered: ${error.details}` };
  }
}

async function checkListed(connection: Connection, namespace: string): Promise<Registration> {
  const known = await listAttributes(connection, namespace);
  const missing = Object.keys(types).filter((name) => known[name] !== types[name]);
  return missing.length === 0
    ? { kind: 'available' }
    : { kind: 'unavailable', why: `${missing.join(', ')} are registered, but not usable yet` };
}

async function listAttributes(connection: Connection, namespace: string) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return customAttributes;
}

/** gRPC: DEADLINE_EXCEEDED, UNAVAILABLE. */
function isAway(code: number): boolean {
  return code === 4 || code === 14;
}
