// Runs a compiled query over items, page by page. A continuation is a position (the last item, and its sort values when
// there is an order), never a count: what is written or deleted meanwhile neither repeats nor hides anything else.

import { badRequest } from './errors.ts';
import type { IndexingPolicy } from './indexing-policy.ts';
import { isObject, type Json, parseJson, utf8Bytes } from './json.ts';
import type { Row } from './sql/compile.ts';
import { type Condition, type Parameters, type Program, resolveAmount } from './sql/program.ts';
import { compareValues, type Value } from './sql/values.ts';

export interface StoredItem {
  sequence: number;
  bytes: number;
  body: string;
}

export interface QueryInput {
  program: Program;
  parameters: Parameters;
  /** The items in scope after the given sequence, in its order. */
  items: (after: number) => Iterable<StoredItem>;
  indexing: IndexingPolicy;
  maxItemCount: number;
  continuation: string | undefined;
}

export interface Page {
  /** JSON texts. */
  results: string[];
  continuation: string | undefined;
  itemsExamined: number;
  bytesLoaded: number;
}

interface Position {
  sequence: number;
  sort: Value[];
  /** How many results TOP or LIMIT still allow. */
  left: number | undefined;
}

interface Match {
  sequence: number;
  sort: Value[];
  row: Row;
  body: string;
}

const largestPageBytes = 4 * 1024 * 1024 - 64 * 1024;

export const runQuery = (input: QueryInput): Page => {
  const { program } = input;
  if (program.orderBy.length > 0) input.indexing.requireOrder(program.orderBy);
  const run = new QueryRun(input);
  if (program.aggregates.length > 0) return run.aggregate();
  return run.page();
};

class QueryRun {
  readonly #input: QueryInput;
  readonly #indexed: Condition[];
  readonly #others: Condition[];
  readonly #from: Position | undefined;
  #itemsExamined = 0;
  #bytesLoaded = 0;

  constructor(input: QueryInput) {
    this.#input = input;
    const isIndexed = ({ paths }: Condition): boolean =>
      paths !== undefined && paths.length > 0 && paths.every((path) => input.indexing.isIndexed(path));
    this.#indexed = input.program.conditions.filter(isIndexed);
    this.#others = input.program.conditions.filter((condition) => !isIndexed(condition));
    this.#from = input.continuation === undefined ? undefined : decodePosition(input.continuation);
  }

  aggregate(): Page {
    const { program, parameters } = this.#input;
    const totals: Value[] = program.aggregates.map(() => 0);
    for (const { row } of this.#matches(0)) {
      program.aggregates.forEach(({ name, argument }, i) => {
        totals[i] = name === 'COUNT' ? counted(totals[i], argument(row)) : summed(totals[i], argument(row));
      });
    }
    const result = program.project({ item: undefined, parameters, aggregates: totals });
    const { skip, take } = this.#bounds();
    const isShown = result !== undefined && skip === 0 && take !== 0;
    return this.#result(isShown ? [JSON.stringify(result)] : [], undefined);
  }

  page(): Page {
    const { program, maxItemCount } = this.#input;
    const results: string[] = [];
    const bounds = this.#bounds();
    let { skip } = bounds;
    let left = bounds.take;
    let bytes = 0;
    let last: Match | undefined;
    for (const match of program.orderBy.length > 0 ? this.#sorted() : this.#matches(this.#from?.sequence ?? 0)) {
      if (left === 0) break;
      if (skip > 0) {
        skip -= 1;
        continue;
      }
      const result = program.projectsItem ? match.body : JSON.stringify(program.project(match.row));
      const size = (result as string | undefined) === undefined ? 0 : utf8Bytes(result);
      if (last !== undefined && (results.length >= maxItemCount || bytes + size > largestPageBytes)) {
        return this.#result(results, encodePosition({ sequence: last.sequence, sort: last.sort, left }));
      }
      if (size > 0) results.push(result);
      bytes += size;
      last = match;
      if (left !== undefined) left -= 1;
    }
    return this.#result(results, undefined);
  }

  *#matches(after: number): Generator<Match> {
    const { program, parameters, items } = this.#input;
    const path = program.query.source?.path ?? [];
    for (const { sequence, bytes, body } of program.query.source === undefined ? [nothing] : items(after)) {
      const row: Row = { item: descend(parseJson(body), path), parameters, aggregates: [] };
      if (program.query.source !== undefined && row.item === undefined) continue;
      if (!this.#indexed.every(({ evaluate }) => evaluate(row) === true)) continue;
      this.#itemsExamined += 1;
      this.#bytesLoaded += bytes;
      if (!this.#others.every(({ evaluate }) => evaluate(row) === true)) continue;
      const sort = program.orderBy.map(({ evaluate }) => evaluate(row));
      yield { sequence, sort, row, body };
    }
  }

  /** All matches in their order, after the position where the last page ended. */
  #sorted(): Match[] {
    const terms = this.#input.program.orderBy;
    const byRid = terms.some(({ descending }) => descending) ? -1 : 1;
    const compare = (a: Omit<Match, 'row' | 'body'>, b: Omit<Match, 'row' | 'body'>): number => {
      for (const [i, { descending }] of terms.entries()) {
        const order = compareValues(a.sort[i], b.sort[i]);
        if (order !== 0) return descending ? -order : order;
      }
      return byRid * (a.sequence - b.sequence);
    };
    const from = this.#from;
    const matches = [...this.#matches(0)].filter((match) => from === undefined || compare(match, from) > 0);
    return matches.sort(compare);
  }

  #bounds(): { skip: number; take: number | undefined } {
    const { program, parameters } = this.#input;
    const { top, offset, limit } = program.query;
    const take = resolveAmount(top ?? limit, parameters);
    if (this.#from !== undefined) return { skip: 0, take: this.#from.left };
    return { skip: resolveAmount(offset, parameters) ?? 0, take };
  }

  #result(results: string[], continuation: string | undefined): Page {
    return { results, continuation, itemsExamined: this.#itemsExamined, bytesLoaded: this.#bytesLoaded };
  }
}

/** What a query without FROM runs over, once. */
const nothing: StoredItem = { sequence: 0, bytes: 0, body: 'null' };

const descend = (item: Json, path: readonly string[]): Value => {
  let value: Value = item;
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  return value;
};

const counted = (total: Value, value: Value): number => (total as number) + (value === undefined ? 0 : 1);

/** Missing values do not count; one that is no number makes the whole sum undefined. */
const summed = (total: Value, value: Value): Value => {
  if (value === undefined) return total;
  return typeof total === 'number' && typeof value === 'number' ? total + value : undefined;
};

/** A sort value travels in a list of one, or of none when it is undefined. */
const encodePosition = ({ sequence, sort, left }: Position): string => {
  const token = [sequence, sort.map((value) => (value === undefined ? [] : [value])), left ?? null];
  return Buffer.from(JSON.stringify(token), 'utf8').toString('base64url');
};

const decodePosition = (token: string): Position => {
  try {
    const [sequence, sort, left] = parseJson(Buffer.from(token, 'base64url').toString('utf8')) as [
      number,
      Json[][],
      number | null,
    ];
    if (!Number.isInteger(sequence)) throw new Error('no position');
    return { sequence, sort: sort.map(([value]) => value), left: left ?? undefined };
  } catch {
    throw badRequest('Invalid Continuation Token');
  }
};
