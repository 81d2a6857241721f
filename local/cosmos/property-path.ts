import { badRequest } from './errors.ts';

/** Reads `/a/b` or `/"a b"/c` into the names on the way. */
export const parsePropertyPath = (path: string): string[] => {
  const names = [...path.matchAll(/\/(?:"((?:[^"\\]|\\.)*)"|([^/"]+))/g)];
  if (names.length === 0 || names.map(([text]) => text).join('') !== path) {
    throw badRequest(`The path "${path}" is not valid.`);
  }
  return names.map(([, quoted, plain]) => quoted ?? plain!);
};
