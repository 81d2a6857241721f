// Makes the filters cheap that ask for indexed values: each path that a container indexes by name gets an index of
// SQLite over its items. The index only narrows what is looked at; the query itself decides, with its own comparisons.

import type { Container } from './catalog.ts';
import type { Json } from './json.ts';
import type { Bound, Parameters, Program } from './sql/program.ts';
import type { Store } from './store.ts';

/** A condition in SQLite's terms that holds at least wherever the query's own does. */
export interface Narrowing {
  sql: string;
  value: string | number;
}

export const createPathIndexes = ({ database }: Store, { key, indexing }: Container): void => {
  dropPathIndexes({ database }, key);
  indexing.namedPaths().forEach((paths, i) => {
    const columns = paths.map(valueAt).join(', ');
    database.exec(`CREATE INDEX ${prefix(key)}${i} ON items (${columns}) WHERE container = ${key}`);
  });
};

export const dropPathIndexes = ({ database }: Pick<Store, 'database'>, container: number): void => {
  const names = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, ?) = ?`)
    .all(prefix(container).length, prefix(container));
  names.forEach(({ name }) => database.exec(`DROP INDEX ${String(name)}`));
};

export const narrowings = ({ conditions }: Program, parameters: Parameters, { indexing }: Container): Narrowing[] => {
  const named = new Set(indexing.namedPaths().flatMap((paths) => paths.map(pathKey)));
  return conditions.flatMap(({ bound }) => {
    if (bound === undefined || !named.has(pathKey(bound.path))) return [];
    const value = valueOf(bound, parameters);
    return isComparable(value) ? [{ sql: `${valueAt(bound.path)} ${bound.operator} ?`, value }] : [];
  });
};

const prefix = (container: number): string => `items_of_${container}_by_path_`;

const pathKey = (path: readonly string[]): string => JSON.stringify(path);

const valueOf = ({ value }: Bound, parameters: Parameters): Json | undefined =>
  'parameter' in value ? parameters.get(value.parameter) : value.literal;

/** SQLite orders texts by their bytes and the query by code units; beside a text of ASCII that is the same. */
const isComparable = (value: Json | undefined): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && /^[ -~]*$/.test(value));

const valueAt = (path: readonly string[]): string => {
  const pointer = `$${path.map((name) => `."${name}"`).join('')}`;
  return `json_extract(body, '${pointer.replaceAll("'", "''")}')`;
};
