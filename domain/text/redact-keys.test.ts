import { redactKeys } from './redact-keys.ts';

it('strikes private keys, whole and cut', () => {
  const body = `MIIB${'aB3+/'.repeat(30)}==`;
  const whole = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`;
  expect(redactKeys(`a ${whole} b`)).toBe('a [key] b');
  expect(redactKeys(`--${whole.slice(0, 90)}`)).toBe('--[key]');
  expect(redactKeys('-----BEGIN CERTIFICATE-----')).toBe('-----BEGIN CERTIFICATE-----');
});
