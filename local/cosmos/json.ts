export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const parseJson = (text: string): Json => JSON.parse(text) as Json;

export const isDeeperThan = (value: Json, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));

export const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Sets an own property, also for the name `__proto__`, which plain assignment would take for something else. */
export const setProperty = (target: JsonObject, name: string, value: Json): void => {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
};

export const getProperty = (target: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(target, name) ? target[name] : undefined;
