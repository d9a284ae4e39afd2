// Writes what GitHub's published description says of the requests that Sluice makes: `requests.json`, from
// `generated/api.github.com.json` of the npm package @octokit/openapi, which unpacks to half a gigabyte and is no
// dependency for that. By hand: npm pack @octokit/openapi, unpack, then
//   node tests/support/github/record.ts package/generated/api.github.com.json 23.0.2
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const used = [
  'GET /user',
  'GET /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'POST /repos/{owner}/{repo}/check-runs',
  'POST /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
];

const json = z.json();
type Json = z.infer<typeof json>;
const [, , file = '', version = ''] = process.argv;
const description = json.parse(JSON.parse(readFileSync(file, 'utf8')));

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function at(path: readonly string[], from: Json = description): Json {
  const [name, ...rest] = path;
  if (name === undefined) return from;
  const next = isObject(from) ? from[name] : undefined;
  if (next === undefined) throw new Error(`The description has no ${path.join('/')}.`);
  return at(rest, next);
}

/** With what its references name in their place, and without what is written for people. */
function resolved(value: Json): Json {
  if (Array.isArray(value)) return value.map(resolved);
  if (!isObject(value)) return value;
  const reference = value['$ref'];
  if (typeof reference === 'string') return resolved(at(reference.replace(/^#\//, '').split('/')));
  const forPeople = ['description', 'example', 'examples', 'title', 'externalDocs', 'deprecated'];
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): [string, Json][] => {
      if (name === 'properties' && isObject(each)) {
        return [[name, Object.fromEntries(Object.entries(each).map(([key, of]) => [key, resolved(of)]))]];
      }
      if (forPeople.includes(name) || name.startsWith('x-')) return [];
      return [[name, resolved(each)]];
    }),
  );
}

function requestOf(route: string): Json {
  const [method = '', path = ''] = route.split(' ');
  const operation = at(['paths', path, method.toLowerCase()]);
  const { parameters = [], requestBody } = isObject(operation) ? operation : {};
  const body = requestBody === undefined ? null : at(['content', 'application/json', 'schema'], requestBody);
  return { parameters: resolved(parameters), body: body === null ? null : resolved(body) };
}

const requests = Object.fromEntries(used.map((route) => [route, requestOf(route)]));
const recorded = { source: `@octokit/openapi ${version}, api.github.com.json (MIT)`, requests };
writeFileSync(join(import.meta.dirname, 'requests.json'), `${JSON.stringify(recorded, null, 1)}\n`);
