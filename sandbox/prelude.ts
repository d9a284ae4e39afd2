import { limits } from './question.ts';

/** What Node has and promptfoo's code may use, and is not here: code that reads it must not take that for an answer. */
const absent = [
  ...['process', 'require', 'module', 'exports', '__dirname', '__filename', 'Buffer', 'fetch', 'WebAssembly'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'],
  ...['URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'structuredClone', 'atob', 'btoa', 'crypto'],
  ...['performance', 'AbortController', 'AbortSignal', 'Headers', 'Request', 'Response', 'FormData', 'Blob'],
  ...['WebSocket', 'EventTarget', 'Event', 'MessageChannel', 'navigator', 'Intl'],
];

/** The same of promptfoo's `context`. */
const absentOfContext = [
  ...['prompt', 'test', 'logProbs', 'provider', 'providerResponse', 'config', 'metadata', 'trace'],
];

/** Methods that go by a language's rules, which this engine does not know: they would answer otherwise than Node's. */
const byLanguage = [
  ['Number', 'toLocaleString'],
  ['BigInt', 'toLocaleString'],
  ['Date', 'toLocaleString'],
  ['Date', 'toLocaleDateString'],
  ['Date', 'toLocaleTimeString'],
  ['Array', 'toLocaleString'],
  ['String', 'localeCompare'],
];

/**
 * Runs in each engine before any code of a team. It gives what the engine is asked by, made of what the engine has now:
 * code that replaces `JSON.stringify` replaces its own.
 */
export const prelude = `(() => {
  'use strict';
  const { stringify, parse } = JSON;
  const { defineProperty } = Object;
  const Code = Function, Text = String, Fault = Error;
  const settled = Promise.resolve.bind(Promise);
  const slice = Function.prototype.call.bind(String.prototype.slice);

  const refuse = (name) => {
    throw new Fault(name + ' is not there: an assertion has no files, network, environment, timers or languages');
  };
  const globals = globalThis;
  for (const name of ${JSON.stringify(absent)}) {
    defineProperty(globals, name, {
      configurable: true,
      get: () => refuse(name),
      set: (value) => defineProperty(globals, name, { value, writable: true, configurable: true }),
    });
  }
  for (const [type, method] of ${JSON.stringify(byLanguage)}) {
    const refused = () => refuse(type + '.prototype.' + method);
    defineProperty(globals[type].prototype, method, { value: refused, writable: true, configurable: true });
  }
  // What is printed goes nowhere.
  const silent = () => undefined;
  const console = {};
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'assert', 'group', 'groupEnd'])
    console[name] = silent;
  globals.console = console;
  globals.global = globals;

  const contextOf = (vars) => {
    const context = { vars };
    for (const name of ${JSON.stringify(absentOfContext)}) {
      const refused = () => {
        throw new Fault('context.' + name + ' is not there, context.vars is');
      };
      defineProperty(context, name, { get: refused });
    }
    return context;
  };
  return {
    compile: (body) => void new Code('output', 'context', body),
    run: async (body, output, vars) => new Code('output', 'context', body)(output, contextOf(parse(vars))),
    jsonOf: (value) => {
      const text = stringify(value);
      if (text !== undefined && text.length > ${limits.result})
        throw new Fault('it gives more than ${limits.result} characters');
      return text;
    },
    messageOf: (thrown) => {
      const message = typeof thrown === 'object' && thrown !== null ? thrown.message : thrown;
      return slice(typeof message === 'string' ? message : Text(thrown), 0, ${limits.message});
    },
  };
})()`;
