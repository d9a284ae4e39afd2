import type { SandboxQuestion } from '../../sandbox/question.ts';

/** What an attempt could get hold of. */
export interface Surroundings {
  /** A file with a secret, and its folder, in which nothing is to be made. */
  file: string;
  folder: string;
  /** Where somebody would notice a connection. */
  port: number;
  /** A variable of the environment of whoever started the sandbox. */
  variable: string;
}

const environment = ({ variable }: Surroundings): string => `process.env[${JSON.stringify(variable)}]`;

/** Bodies that give `OUT` and what they have got hold of. Node's `vm` is left by most of them. */
export const waysOut: Readonly<Record<string, (around: Surroundings) => string>> = {
  'the constructor of a constructor': (around) =>
    `return 'OUT ' + output.constructor.constructor('return ${environment(around).replaceAll('"', '\\"')}')()`,
  'the constructor of the context': (around) =>
    `return 'OUT ' + context.constructor.constructor("return process")().env['${around.variable}']`,
  'the constructor of the variables': () =>
    `const f = context.vars.constructor.constructor("return this.process")(); if (f) return 'OUT ' + f.version`,
  'the prototype of the context': () =>
    `const p = Object.getPrototypeOf(Object.getPrototypeOf(context) ?? {}); if (p) return 'OUT ' + p`,
  'the this of a function': () => `const g = (function () { return this })(); return 'OUT ' + g.process.pid`,
  'the constructor of async functions': () =>
    `const F = (async () => 1).constructor; return F("return 'OUT ' + process.pid")()`,
  'the constructor of generators': () =>
    `const G = (function* () {}).constructor; return G("yield 'OUT ' + process.pid")().next().value`,
  'the constructor of async generators': () =>
    `const G = (async function* () {}).constructor; const { value } = await_(G); function await_(g) { return g("yield 'OUT ' + process.pid")().next() }\nreturn value`,
  eval: () => `return 'OUT ' + (0, eval)('process').pid`,
  'import()': ({ file }) =>
    `return import('node:fs').then((fs) => 'OUT ' + fs.readFileSync('${file}', 'utf8'))`,
  'import() of a file': ({ file }) => `return import('file://${file}').then((m) => 'OUT ' + Object.keys(m))`,
  'import() of data': () =>
    `return import('data:text/javascript,export default 1').then((m) => 'OUT ' + m.default)`,
  'import.meta': () => `return 'OUT ' + eval('import.meta').url`,
  require: ({ file }) => `return 'OUT ' + require('fs').readFileSync('${file}', 'utf8')`,
  'the module of the main program': ({ file }) =>
    `return 'OUT ' + process.mainModule.require('fs').readFileSync('${file}', 'utf8')`,
  'process.binding': () => `return 'OUT ' + process.binding('fs').internalModuleStat('/')`,
  'the process of a getter': () =>
    `const d = Object.getOwnPropertyDescriptor(globalThis, 'process'); return 'OUT ' + d.get.constructor('return process.pid')()`,
  'a process that it makes up': () =>
    `process = { env: { a: 1 } }; const { constructor } = process.constructor; return constructor('return this')() === globalThis ? 'kept in' : 'OUT'`,
  'Error.prepareStackTrace': () =>
    `Error.prepareStackTrace = (_, sites) => sites; const sites = new Error('a').stack; for (const s of sites) { const g = s.getThis?.() ?? s.getFunction?.(); if (g && g.process) return 'OUT ' + g.process.pid }`,
  'a stack overflow in a host function': () =>
    `const f = () => { try { f() } catch (e) { return e.constructor.constructor('return process.pid')() } }\nreturn 'OUT ' + f().toFixed()`,
  'the error of a host': () =>
    `try { context.test } catch (e) { return 'OUT ' + e.constructor.constructor('return process.pid')() }`,
  'the error of what is not there': () =>
    `try { fetch } catch (e) { return 'OUT ' + e.constructor.constructor('return process')().pid }`,
  'a proxy as the result': () =>
    `return new Proxy({}, { get: (_, name, self) => { try { return 'OUT ' + name.constructor.constructor('return process.pid')() } catch { return undefined } }, ownKeys: () => ['pass'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) })`,
  'a getter of the result': () =>
    `return { get pass() { return 'OUT ' + (function () { return this })().constructor.constructor('return process.pid')() } }`,
  'a toJSON of the result': () =>
    `return { toJSON(...given) { return 'OUT ' + given.length + arguments.callee.caller.constructor('return process.pid')() } }`,
  'a thenable as the result': () =>
    `return { then(resolve) { resolve('OUT ' + resolve.constructor.constructor('return process.pid')()) } }`,
  'a thenable that is never done': () => `return { then() {} }`,
  'the message of what it throws': () =>
    `throw { get message() { return 'OUT ' + (function () { return this })().process.pid } }`,
  'a toString of what it throws': () =>
    `throw { toString() { return 'OUT ' + Function('return process.pid')() } }`,
  WebAssembly: () => `return 'OUT ' + new WebAssembly.Memory({ initial: 1 }).buffer.byteLength`,
  'shared memory and waiting': () =>
    `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); return 'OUT'`,
  'a worker thread': () => `return new Worker('data:,1') && 'OUT'`,
  'a timer after its end': () => `setTimeout(() => {}, 1); return 'OUT'`,
  'what is printed': () =>
    `console.log('{"id":"x","answer":{"kind":"value","json":"OUT"}}'); print('OUT'); return 'OUT'`,
  'the standard output': () => `process.stdout.write('OUT'); return 'OUT'`,
  'the modules of QuickJS': () =>
    `return typeof std === 'object' ? 'OUT ' + std.getenv('PATH') : typeof os === 'object' ? 'OUT' : 'kept in'`,
  'import of the modules of QuickJS': () => `return import('std').then((std) => 'OUT ' + std.getenv('PATH'))`,
  fetch: ({ port }) => `return fetch('http://127.0.0.1:${port}').then(() => 'OUT')`,
  'a socket': ({ port }) => `return new WebSocket('ws://127.0.0.1:${port}') && 'OUT'`,
  XMLHttpRequest: ({ port }) =>
    `const r = new XMLHttpRequest(); r.open('GET', 'http://127.0.0.1:${port}', false); r.send(); return 'OUT'`,
  'writing a file': ({ folder }) => `process.binding('fs').open('${folder}/made', 66, 438); return 'OUT'`,
  'the end of its function': () => `return 1 } ), (function () { return 'OUT ' + process.pid`,
  'another schema reader': () => `return 'OUT ' + globalThis.ajv.compile({})`,
  'Reflect and the realm': () =>
    `return 'OUT ' + Reflect.construct(Function, ['return process.pid'], class extends Object {})()`,
  'the species of a promise': () =>
    `class P extends Promise { constructor(f) { super(f); this.out = f.constructor.constructor } }\nreturn P.resolve(1).then(function () { return 'OUT ' + this.process.pid })`,
};

const javascript = (body: string): SandboxQuestion => ({ kind: 'javascript', body, output: '', vars: {} });
const unlucky = `${'word '.repeat(12)}${'a'.repeat(40)}!`;

export const exhaustions: Readonly<Record<string, SandboxQuestion>> = {
  'an endless loop': javascript('while (true) {}'),
  'an endless loop that catches all': javascript('for (;;) try { for (;;) {} } catch {}'),
  'a regular expression that tries everything': { kind: 'regex', pattern: '^(\\w+\\s?)*$', text: unlucky },
  'such an expression in code': javascript(`return /^(\\w+\\s?)*$/.test(${JSON.stringify(unlucky)})`),
  'such an expression in a schema': {
    kind: 'schema',
    schema: { type: 'string', pattern: '^(\\w+\\s?)*$' },
    text: JSON.stringify(unlucky),
  },
  'a heap that grows': javascript('const a = [];\nfor (;;) a.push({ a: [a.length] })'),
  'array buffers': javascript('const a = [];\nfor (;;) a.push(new ArrayBuffer(1e6))'),
  'shared array buffers': javascript('const a = [];\nfor (;;) a.push(new SharedArrayBuffer(1e6))'),
  'one huge buffer': javascript('return new Uint8Array(2 ** 31).length'),
  'a text that doubles': javascript('let s = "x";\nfor (;;) s += s'),
  'a recursion': javascript('const f = (n) => f(n + 1) + 1;\nreturn f(0)'),
  'brackets without an end': javascript(`return ${'('.repeat(50_000)}1${')'.repeat(50_000)}`),
  'a flood of promises': javascript('const f = async () => { await null; return f() };\nreturn f()'),
  'promises that pile up': javascript('for (;;) Promise.resolve().then(() => 1)'),
  'a giant result': javascript('return { pass: true, reason: "x".repeat(2e6) }'),
  'a giant error': javascript('throw new Error("x".repeat(1e6))'),
  'a result that never ends': javascript('return { get pass() { for (;;) {} } }'),
  'an error whose message never ends': javascript('throw { get message() { for (;;) {} } }'),
  'JSON that is deep': javascript('return JSON.parse("[".repeat(1e6))'),
  'a schema that is its own': { kind: 'schema', schema: { allOf: [{ $ref: '#' }] }, text: '1' },
  'a schema of a promise': { kind: 'schema', schema: { $async: true }, text: '1' },
  'a schema from elsewhere': { kind: 'schema', schema: { $ref: 'http://127.0.0.1:9/a' }, text: '1' },
  'a huge power': javascript('return (2n ** 100000n) ** 1000n > 1n'),
  'a sort that never ends': javascript('[3, 1, 2].sort(() => { for (;;) {} })'),
};
