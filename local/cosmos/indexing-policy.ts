// Which paths a container indexes: decides what a write costs, what a query examines, and what it may order by.

import { badRequest } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { parsePropertyPath } from './property-path.ts';

export interface SortPath {
  path: readonly string[];
  descending: boolean;
}

interface PathRule {
  segments: readonly string[];
  subtree: boolean;
  included: boolean;
}

export const defaultIndexingPolicy = (): JsonObject => ({
  indexingMode: 'consistent',
  automatic: true,
  includedPaths: [{ path: '/*' }],
  excludedPaths: [{ path: '/"_etag"/?' }],
});

const systemProperties = new Set(['_rid', '_self', '_etag', '_attachments', '_ts']);

export class IndexingPolicy {
  readonly #rules: readonly PathRule[];
  readonly #composites: readonly (readonly SortPath[])[];
  readonly #indexed = new Map<string, boolean>();

  constructor(policy: JsonObject) {
    const off = policy.indexingMode === 'none';
    const rules = off ? [] : [...pathRules(policy.includedPaths, true), ...pathRules(policy.excludedPaths, false)];
    // The most precise rule decides: the longest, then a value before a subtree.
    this.#rules = rules.toSorted(
      (a, b) => b.segments.length - a.segments.length || Number(a.subtree) - Number(b.subtree),
    );
    this.#composites = off ? [] : compositeIndexes(policy.compositeIndexes);
  }

  /** What is indexed by name rather than by a wildcard: single values, and those that are indexed together. */
  namedPaths(): readonly (readonly (readonly string[])[])[] {
    const single = this.#rules
      .filter(({ subtree, included }) => included && !subtree)
      .map(({ segments }) => [segments]);
    const composite = this.#composites.map((terms) => terms.map(({ path }) => path));
    const isPlain = (path: readonly string[]): boolean =>
      path.length > 0 && !path.includes('[]') && path.every((name) => !/["\\]/.test(name));
    return [...single, ...composite].filter((paths) => paths.length > 0 && paths.every(isPlain));
  }

  isIndexed(path: readonly string[]): boolean {
    if (path.length === 1 && (path[0] === 'id' || path[0] === '_ts')) return true;
    const key = path.join('\u0000');
    const known = this.#indexed.get(key);
    if (known !== undefined) return known;
    const indexed = this.#rules.find((rule) => matches(rule, path))?.included ?? false;
    if (this.#indexed.size < 10_000) this.#indexed.set(key, indexed);
    return indexed;
  }

  /** One text per indexed value of the document; system properties cost nothing. */
  terms(document: JsonObject): string[] {
    const terms: string[] = [];
    for (const [name, value] of Object.entries(document)) {
      if (!systemProperties.has(name)) this.#collect([name], value, terms);
    }
    return terms;
  }

  #collect(path: string[], value: Json, terms: string[]): void {
    if (Array.isArray(value)) {
      for (const element of value) this.#collect([...path, '[]'], element, terms);
    } else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) this.#collect([...path, name], inner, terms);
    } else if (this.isIndexed(path)) {
      terms.push(`${path.join('/')}=${JSON.stringify(value)}`);
    }
  }

  /** Throws when the container cannot serve this order. */
  requireOrder(sort: readonly SortPath[]): void {
    const [only] = sort;
    if (sort.length === 1 && only !== undefined) {
      if (this.isIndexed(only.path)) return;
      throw badRequest('The index path corresponding to the specified order-by item is excluded.');
    }
    if (this.#composites.some((composite) => serves(composite, sort))) return;
    throw badRequest('The order by query does not have a corresponding composite index that it can be served from.');
  }
}

const serves = (composite: readonly SortPath[], sort: readonly SortPath[]): boolean => {
  if (composite.length !== sort.length) return false;
  const samePaths = sort.every(({ path }, i) => path.join('/') === composite[i]!.path.join('/'));
  const sameDirections = sort.filter(({ descending }, i) => descending === composite[i]!.descending).length;
  return samePaths && (sameDirections === sort.length || sameDirections === 0);
};

const matches = ({ segments, subtree }: PathRule, path: readonly string[]): boolean =>
  (subtree ? path.length >= segments.length : path.length === segments.length) &&
  segments.every((segment, i) => segment === path[i]);

const pathRules = (list: Json | undefined, included: boolean): PathRule[] =>
  pathTexts(list).map((text) => {
    const segments = parsePropertyPath(text);
    const last = segments.pop();
    if (last !== '*' && last !== '?') throw badRequest(`The indexing path "${text}" must end with /? or /*.`);
    return { segments, subtree: last === '*', included };
  });

const compositeIndexes = (list: Json | undefined): SortPath[][] =>
  (Array.isArray(list) ? list : []).map((composite) =>
    (Array.isArray(composite) ? composite : []).map((entry) => ({
      path: parsePropertyPath(pathText(entry)),
      descending: isObject(entry) && entry.order === 'descending',
    })),
  );

const pathTexts = (list: Json | undefined): string[] => (Array.isArray(list) ? list.map(pathText) : []);

const pathText = (entry: Json): string => {
  if (!isObject(entry) || typeof entry.path !== 'string') {
    throw badRequest('Each indexing path must be an object with a "path".');
  }
  return entry.path;
};
