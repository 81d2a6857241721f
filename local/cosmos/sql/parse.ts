// A query: its clauses. Expressions are next door.

import { badRequest, leftOut } from '../errors.ts';
import { ExpressionParser } from './parse-expression.ts';
import type { Amount, Expression, Query, Selection, Source } from './syntax.ts';

/** The condition of a patch: `from c where ...`, of which only the truth for one item counts. */
export const parseCondition = (condition: string): Query => parseQuery(`SELECT VALUE 1 ${condition}`);

export const parseQuery = (text: string): Query => new QueryParser(text).query();

const clauseWords = new Set(['FROM', 'WHERE', 'ORDER', 'GROUP', 'OFFSET', 'LIMIT', 'JOIN', 'IN', 'AS']);

class QueryParser extends ExpressionParser {
  query(): Query {
    this.expectWord('SELECT');
    if (this.takeWord('DISTINCT')) throw leftOut('DISTINCT');
    const top = this.takeWord('TOP') ? this.#amount() : undefined;
    const selection = this.#selection();
    const source = this.takeWord('FROM') ? this.#source() : undefined;
    if (this.isWord('JOIN')) throw leftOut('JOIN');
    const filter = this.takeWord('WHERE') ? this.expression() : undefined;
    if (this.isWord('GROUP')) throw leftOut('GROUP BY');
    const orderBy = this.#orderBy();
    const [offset, limit] = this.takeWord('OFFSET') ? this.#offsetLimit() : [];
    this.expectEnd();
    if (selection.kind === 'all' && source === undefined) {
      throw badRequest("'SELECT *' is only valid with a FROM clause.");
    }
    if (top !== undefined && offset !== undefined) throw badRequest('TOP and OFFSET LIMIT cannot be used together.');
    return { text: this.text, selection, top, source, filter, orderBy, offset, limit };
  }

  #selection(): Selection {
    if (this.takeSymbol('*')) return { kind: 'all' };
    if (this.takeWord('VALUE')) return { kind: 'value', expression: this.expression() };
    const entries: { name: string; expression: Expression }[] = [];
    do {
      const expression = this.expression();
      const alias = this.takeWord('AS') ? this.propertyName() : this.#optionalName();
      entries.push({ name: alias ?? impliedName(expression) ?? `$${unnamed(entries) + 1}`, expression });
    } while (this.takeSymbol(','));
    const names = entries.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw badRequest(`Cannot use the name '${twice}' twice in the SELECT list.`);
    return { kind: 'list', entries };
  }

  #source(): Source {
    const { start } = this.token;
    if (this.isSymbol('(')) throw leftOut('subqueries as a source');
    const root = this.name();
    const path: string[] = [];
    for (;;) {
      if (this.takeSymbol('.')) path.push(this.propertyName());
      else if (this.takeSymbol('[')) path.push(this.bracketedName());
      else break;
    }
    const alias = this.takeWord('AS') ? this.name() : this.#optionalName();
    if (this.isWord('IN')) throw leftOut('IN as a source (iterating over an array)');
    if (this.isSymbol(',')) throw leftOut('several sources');
    return { start, end: this.previousEnd, alias: alias ?? path.at(-1) ?? root, path };
  }

  #orderBy(): { expression: Expression; descending: boolean }[] {
    const terms: { expression: Expression; descending: boolean }[] = [];
    if (!this.takeWord('ORDER')) return terms;
    this.expectWord('BY');
    if (this.isWord('RANK')) throw leftOut('ORDER BY RANK (full-text search)');
    do {
      const expression = this.expression();
      const descending = this.takeWord('DESC');
      if (!descending) this.takeWord('ASC');
      terms.push({ expression, descending });
    } while (this.takeSymbol(','));
    return terms;
  }

  #offsetLimit(): [Amount, Amount] {
    const offset = this.#amount();
    this.expectWord('LIMIT');
    return [offset, this.#amount()];
  }

  #amount(): Amount {
    const { kind, text } = this.token;
    if (kind === 'parameter') {
      this.advance();
      return { parameter: text };
    }
    if (kind !== 'number' || !/^\d+$/.test(text)) throw this.unexpected();
    this.advance();
    return Number(text);
  }

  #optionalName(): string | undefined {
    return this.token.kind === 'name' && !clauseWords.has(this.token.text.toUpperCase()) ? this.name() : undefined;
  }
}

const impliedName = (expression: Expression): string | undefined => {
  if (expression.kind === 'alias') return expression.name;
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  return typeof expression.key.value === 'string' ? expression.key.value : undefined;
};

const unnamed = (entries: { name: string }[]): number => entries.filter(({ name }) => name.startsWith('$')).length;
