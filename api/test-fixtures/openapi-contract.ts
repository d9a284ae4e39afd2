import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface OpenApiDocument {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/** Checks answers against what the API's own OpenAPI document says of them. */
export interface Contract {
  /** Throws where the document does not know the operation, the status or the form of the answer. */
  check(answer: { method: string; path: string; status: number; mediaType: string; body: unknown }): void;
}

const escaped = (pointerPart: string) => pointerPart.replaceAll('~', '~0').replaceAll('/', '~1');

export function createContract(document: object): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Of zod's, and none of ajv's.
  ajv.addFormat('base64', true);
  ajv.addSchema(document, 'api');
  const { paths } = document as OpenApiDocument;
  const patterns = Object.keys(paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return {
    check({ method, path, status, mediaType, body }) {
      const known = patterns.find(({ pattern }) => pattern.test(path));
      const operation = known && paths[known.path]?.[method];
      if (known === undefined || operation === undefined)
        throw new Error(`Not in the document: ${method} ${path}`);
      if (!(status in operation.responses))
        throw new Error(`The document has no ${status} for ${method} ${known.path}`);
      const pointer = [
        'paths',
        known.path,
        method,
        'responses',
        String(status),
        'content',
        mediaType,
        'schema',
      ];
      const validate = ajv.getSchema(
        `api#/${pointer.map((part) => encodeURIComponent(escaped(part))).join('/')}`,
      );
      if (validate === undefined)
        throw new Error(`The document has no ${mediaType} for ${method} ${known.path} ${status}`);
      if (validate(body) !== true)
        throw new Error(
          `${method} ${path} ${status}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`,
        );
    },
  };
}
