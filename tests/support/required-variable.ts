/** An address that jest's globalSetup left in the environment. */
export function requiredVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: run the test by jest, whose globalSetup sets it.`);
  return value;
}
