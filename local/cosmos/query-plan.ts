// Several ranges cannot answer ORDER BY, TOP, OFFSET or an aggregate one by one. The plan tells the client what to ask
// each range instead, and how to put the answers together.

import { badRequest, leftOut } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { isAggregating, type Parameters, type Program, resolveAmount, selectedExpressions } from './sql/program.ts';
import type { Expression, Query } from './sql/syntax.ts';

export const needsPlan = ({ query }: Program): boolean =>
  query.orderBy.length > 0 || query.top !== undefined || query.offset !== undefined || isAggregating(query);

export const queryPlan = ({ query, orderBy }: Program, parameters: Parameters): JsonObject => {
  const aggregation = isAggregating(query) ? aggregationOf(query) : notAggregated;
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo: {
      distinctType: 'None',
      top: resolveAmount(query.top, parameters) ?? null,
      offset: resolveAmount(query.offset, parameters) ?? null,
      limit: resolveAmount(query.limit, parameters) ?? null,
      orderBy: orderBy.map(({ descending }) => (descending ? 'Descending' : 'Ascending')),
      orderByExpressions: query.orderBy.map(({ expression }) => textOf(query, expression)),
      groupByExpressions: [],
      groupByAliases: aggregation.aliases,
      aggregates: aggregation.aggregates,
      groupByAliasToAggregateType: aggregation.aliasTypes,
      rewrittenQuery: aggregation.rewritten ?? rewritten(query, parameters),
      hasSelectValue: query.selection.kind === 'value',
      hasNonStreamingOrderBy: false,
      dCountInfo: null,
    },
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  };
};

interface Aggregation {
  aggregates: Json[];
  aliases: string[];
  aliasTypes: JsonObject;
  rewritten: string | undefined;
}

const notAggregated: Aggregation = { aggregates: [], aliases: [], aliasTypes: {}, rewritten: undefined };
const types = { COUNT: 'Count', SUM: 'Sum' };

const aggregationOf = (query: Query): Aggregation => {
  const { selection } = query;
  const typesOf = selectedExpressions(query).map((expression) => {
    if (expression.kind !== 'aggregate') {
      throw leftOut('an expression around or beside an aggregate over several partition key ranges');
    }
    return types[expression.name];
  });
  if (selection.kind === 'value') {
    const item = `{"item": ${textOf(query, selection.expression)}}`;
    const text = `SELECT VALUE [${item}]${fromAndWhere(query)}`;
    return { aggregates: typesOf, aliases: [], aliasTypes: {}, rewritten: text };
  }
  if (selection.kind === 'all') throw badRequest('SELECT * has no aggregate.');
  const aliases = selection.entries.map(({ name }) => name);
  const payload = selection.entries.map(
    ({ name, expression }) => `${JSON.stringify(name)}: {"item": ${textOf(query, expression)}}`,
  );
  return {
    aggregates: [],
    aliases,
    aliasTypes: Object.fromEntries(aliases.map((name, i) => [name, typesOf[i]!])),
    rewritten: `SELECT [] AS groupByItems, {${payload.join(', ')}} AS payload${fromAndWhere(query)}`,
  };
};

const rewritten = (query: Query, parameters: Parameters): string => {
  if (query.orderBy.length > 0) return rewrittenOrder(query, parameters);
  if (query.offset === undefined) return '';
  // Each range gives as many as the client may have to skip and take together.
  const enough = (resolveAmount(query.offset, parameters) ?? 0) + (resolveAmount(query.limit, parameters) ?? 0);
  return `${selectClause(query)}${fromAndWhere(query)} OFFSET 0 LIMIT ${enough}`;
};

const selectClause = (query: Query): string => {
  const { selection } = query;
  if (selection.kind === 'all') return 'SELECT *';
  return `SELECT VALUE ${payloadOf(query)}`;
};

const rewrittenOrder = (query: Query, parameters: Parameters): string => {
  const alias = query.source?.alias ?? 'c';
  const top = resolveAmount(query.top, parameters);
  const items = query.orderBy.map(({ expression }) => `{"item": ${textOf(query, expression)}}`).join(', ');
  const order = query.orderBy
    .map(({ expression, descending }) => `${textOf(query, expression)} ${descending ? 'DESC' : 'ASC'}`)
    .join(', ');
  const filter = query.filter === undefined ? 'true' : textOf(query, query.filter);
  return (
    `SELECT ${top === undefined ? '' : `TOP ${top} `}${alias}._rid, [${items}] AS orderByItems, ` +
    `${payloadOf(query)} AS payload${from(query)} ` +
    `WHERE (${filter}) AND ({documentdb-formattableorderbyquery-filter}) ORDER BY ${order}`
  );
};

const payloadOf = (query: Query): string => {
  const { selection, source } = query;
  switch (selection.kind) {
    case 'all':
      return source?.alias ?? 'c';
    case 'value':
      return textOf(query, selection.expression);
    case 'list': {
      const entries = selection.entries.map(
        ({ name, expression }) => `${JSON.stringify(name)}: ${textOf(query, expression)}`,
      );
      return `{${entries.join(', ')}}`;
    }
  }
};

const from = ({ source, text }: Query): string =>
  source === undefined ? '' : ` FROM ${text.slice(source.start, source.end)}`;

const fromAndWhere = (query: Query): string =>
  `${from(query)}${query.filter === undefined ? '' : ` WHERE ${textOf(query, query.filter)}`}`;

/** As it was written. It ends with a token, so a comment inside it cannot swallow what follows. */
const textOf = ({ text }: Query, { start, end }: Expression): string => text.slice(start, end);
