// Partial updates: up to ten operations on the paths of one item, all or none.

import { badRequest } from './errors.ts';
import { getProperty, isObject, type Json, type JsonObject, setProperty } from './json.ts';

export interface Patch {
  condition: string | undefined;
  operations: Json[];
}

const mostOperations = 10;
const systemProperties = ['_rid', '_self', '_etag', '_attachments', '_ts'];

export const parsePatch = (body: Json): Patch => {
  const operations = Array.isArray(body) ? body : isObject(body) ? body.operations : undefined;
  const condition = isObject(body) ? body.condition : undefined;
  if (!Array.isArray(operations)) throw badRequest('A patch needs a list of operations.');
  if (operations.length === 0) throw badRequest('A patch needs at least one operation.');
  if (operations.length > mostOperations) {
    throw badRequest(`A patch can have ${mostOperations} operations at most.`);
  }
  if (condition !== undefined && typeof condition !== 'string') throw badRequest('The patch condition must be a text.');
  return { condition, operations };
};

/** Changes the document; when it throws, the caller drops what has been changed so far. */
export const applyPatch = (
  document: JsonObject,
  changes: readonly Json[],
  partitionKeyPath: readonly string[],
): void => {
  changes.forEach((operation, index) => {
    try {
      applyOperation(document, operation, partitionKeyPath);
    } catch (error) {
      throw badRequest(`For Operation(${index + 1}): ${(error as Error).message}`);
    }
  });
};

const applyOperation = (document: JsonObject, operation: Json, partitionKeyPath: readonly string[]): void => {
  if (!isObject(operation)) throw badRequest('An operation must be an object.');
  const { op = null } = operation;
  const path = parsePointer(operation.path);
  refuseProtected(path, partitionKeyPath);
  if (op === 'move') {
    move(document, parsePointer(operation.from), path, partitionKeyPath);
    return;
  }
  const apply = typeof op === 'string' && Object.hasOwn(operations, op) ? operations[op] : undefined;
  if (apply === undefined) throw badRequest(`The operation ${JSON.stringify(op)} is not known.`);
  apply(locate(document, path), operation);
};

const operations: Record<string, (place: Place, operation: JsonObject) => void> = {
  add: (place, operation) => put(place, valueOf(operation), 'insert'),
  set: (place, operation) => put(place, valueOf(operation), 'overwrite'),
  replace: (place, operation) => {
    requireExisting(place);
    put(place, valueOf(operation), 'overwrite');
  },
  remove: (place) => remove(place),
  incr: (place, operation) => increment(place, valueOf(operation)),
};

const move = (document: JsonObject, from: string[], path: string[], partitionKeyPath: readonly string[]): void => {
  refuseProtected(from, partitionKeyPath);
  if (from.every((name, i) => name === path[i])) throw badRequest('A move cannot end inside its origin.');
  const origin = locate(document, from);
  const value = read(origin);
  if (value === undefined) throw badRequest('The origin of the move does not exist.');
  remove(origin);
  put(locate(document, path), value, 'overwrite');
};

interface Place {
  parent: Json[] | JsonObject;
  name: string;
}

const parsePointer = (pointer: Json | undefined): string[] => {
  if (typeof pointer !== 'string' || !pointer.startsWith('/') || pointer === '/') {
    throw badRequest('The path must be a JSON pointer such as /name.');
  }
  if (/~(?![01])/.test(pointer)) throw badRequest('In a path, ~ must be followed by 0 or 1.');
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
};

const refuseProtected = (path: readonly string[], partitionKeyPath: readonly string[]): void => {
  const [first] = path;
  if (path.length === 1 && first === 'id') throw badRequest('The id cannot be patched.');
  if (systemProperties.includes(first!)) throw badRequest(`The system property ${first!} cannot be patched.`);
  const shorter = Math.min(path.length, partitionKeyPath.length);
  if (path.slice(0, shorter).every((name, i) => name === partitionKeyPath[i])) {
    throw badRequest('The partition key cannot be patched.');
  }
};

const locate = (document: JsonObject, path: readonly string[]): Place => {
  let parent: Json | undefined = document;
  for (const name of path.slice(0, -1)) {
    parent = child(parent, name);
    if (parent === undefined) throw badRequest(`The parent of /${path.join('/')} does not exist.`);
  }
  if (typeof parent !== 'object' || parent === null) {
    throw badRequest(`The parent of /${path.join('/')} is neither an object nor an array.`);
  }
  return { parent, name: path.at(-1)! };
};

const child = (value: Json | undefined, name: string): Json | undefined => {
  if (Array.isArray(value)) return isIndex(name) ? value[Number(name)] : undefined;
  return isObject(value) ? getProperty(value, name) : undefined;
};

const isIndex = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

const read = ({ parent, name }: Place): Json | undefined => child(parent, name);

const valueOf = (operation: JsonObject): Json => {
  const value = getProperty(operation, 'value');
  if (value === undefined) throw badRequest('The operation needs a value.');
  return value;
};

const requireExisting = (place: Place): void => {
  if (read(place) === undefined) throw badRequest(`The path to ${place.name} does not exist.`);
};

const put = ({ parent, name }: Place, value: Json, inArray: 'insert' | 'overwrite'): void => {
  if (!Array.isArray(parent)) {
    setProperty(parent, name, value);
    return;
  }
  if (name === '-') {
    parent.push(value);
    return;
  }
  const index = isIndex(name) ? Number(name) : -1;
  if (index < 0 || index > parent.length) throw badRequest(`The index ${name} is outside the array.`);
  parent.splice(index, inArray === 'insert' ? 0 : 1, value);
};

const remove = (place: Place): void => {
  requireExisting(place);
  if (Array.isArray(place.parent)) place.parent.splice(Number(place.name), 1);
  else Reflect.deleteProperty(place.parent, place.name);
};

const increment = (place: Place, by: Json): void => {
  if (typeof by !== 'number') throw badRequest('An increment must be a number.');
  const current = read(place);
  if (current !== undefined && typeof current !== 'number') throw badRequest('Only numbers can be incremented.');
  put(place, (current ?? 0) + by, 'overwrite');
};
