import { reservedKey } from './reserved-key.ts';

const ordinary = { configurable: true, enumerable: true, writable: true };

/**
 * Sets a field of an object that is being made: whoever wrote it may call a field what it likes, and `__proto__` would be
 * no field. Of very many it takes half as long as `Object.fromEntries`.
 */
export function setField<V>(object: Record<string, V>, name: string, value: V): void {
  if (name === reservedKey) Object.defineProperty(object, name, { ...ordinary, value });
  else object[name] = value;
}
