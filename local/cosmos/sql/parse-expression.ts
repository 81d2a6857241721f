// Expressions by precedence climbing, loosest operator first.

import { badRequest, leftOut } from '../errors.ts';
import type { Json } from '../json.ts';
import { syntaxError, tokenize, type Token } from './tokenize.ts';
import type { Expression } from './syntax.ts';

/** How tightly the binary operators bind; higher is tighter. `NOT` stands between AND and the comparisons. */
const strengths: Record<string, number> = {
  '??': 1,
  OR: 2,
  AND: 3,
  '=': 5,
  '!=': 5,
  '<>': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '<<': 9,
  '>>': 9,
  '>>>': 9,
  '+': 10,
  '-': 10,
  '||': 10,
  '*': 11,
  '/': 11,
  '%': 11,
};
const NOT_STRENGTH = 4;
const COMPARISON_STRENGTH = 5;

const reserved = new Set(
  'SELECT FROM WHERE ORDER GROUP BY AND OR NOT IN BETWEEN LIKE ESCAPE TOP VALUE DISTINCT AS ASC DESC JOIN'.split(' '),
);
const constants = new Map<string, Json | undefined>([
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
  ['UNDEFINED', undefined],
]);
const aggregatesLeftOut = new Set(['AVG', 'MIN', 'MAX', 'COUNTIF', 'MAKELIST', 'MAKESET']);

const deepest = 200;

export class ExpressionParser {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  get previousEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) throw badRequest(`The query is nested deeper than ${deepest} levels.`);
    const test = this.#binary(1);
    const result = this.takeSymbol('?') ? this.#conditional(test) : test;
    this.#depth -= 1;
    return result;
  }

  advance(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  isSymbol(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) this.advance();
    return found;
  }

  isWord(word: string): boolean {
    return this.token.kind === 'name' && this.token.text.toUpperCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.advance();
    return found;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.unexpected();
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') throw this.unexpected();
  }

  unexpected(): Error {
    return syntaxError(this.text, this.token.start);
  }

  /** An alias: no keyword. */
  name(): string {
    if (this.token.kind !== 'name' || reserved.has(this.token.text.toUpperCase())) throw this.unexpected();
    return this.advance().text;
  }

  /** After a dot or AS any name goes, a quoted one after AS too. */
  propertyName(): string {
    if (this.token.kind !== 'name' && this.token.kind !== 'text') throw this.unexpected();
    return this.advance().text;
  }

  bracketedName(): string {
    if (this.token.kind !== 'text') throw this.unexpected();
    const { text } = this.advance();
    this.expectSymbol(']');
    return text;
  }

  #conditional(test: Expression): Expression {
    const then = this.expression();
    this.expectSymbol(':');
    const otherwise = this.expression();
    return { kind: 'conditional', test, then, otherwise, start: test.start, end: otherwise.end };
  }

  #binary(weakest: number): Expression {
    let left = this.isWord('NOT') ? this.#not() : this.#unary();
    for (;;) {
      const operator = this.#operator();
      if (weakest <= COMPARISON_STRENGTH && ['NOT', 'IN', 'BETWEEN', 'LIKE'].includes(operator)) {
        left = this.#membership(left);
        continue;
      }
      const strength = strengths[operator];
      if (strength === undefined || strength < weakest) return left;
      this.advance();
      const right = this.#binary(strength + 1);
      left = { kind: 'binary', operator, left, right, start: left.start, end: right.end };
    }
  }

  #operator(): string {
    const { kind, text } = this.token;
    if (kind === 'name') return text.toUpperCase();
    return kind === 'symbol' ? text : '';
  }

  #not(): Expression {
    const { start } = this.advance();
    const operand = this.#binary(NOT_STRENGTH);
    return { kind: 'unary', operator: 'NOT', operand, start, end: operand.end };
  }

  /** What may follow an operand: [NOT] IN (…), [NOT] BETWEEN … AND …, [NOT] LIKE … [ESCAPE …]. */
  #membership(operand: Expression): Expression {
    const { start } = operand;
    const negated = this.takeWord('NOT');
    if (this.takeWord('IN')) {
      this.expectSymbol('(');
      if (this.isWord('SELECT')) throw leftOut('subqueries');
      const list = this.#listUntil(')');
      if (list.length === 0) throw this.unexpected();
      return { kind: 'in', negated, operand, list, start, end: this.previousEnd };
    }
    if (this.takeWord('BETWEEN')) {
      const low = this.#binary(COMPARISON_STRENGTH + 1);
      this.expectWord('AND');
      const high = this.#binary(COMPARISON_STRENGTH + 1);
      return { kind: 'between', negated, operand, low, high, start, end: high.end };
    }
    this.expectWord('LIKE');
    const pattern = this.#binary(COMPARISON_STRENGTH + 1);
    const escape = this.takeWord('ESCAPE') ? this.#binary(COMPARISON_STRENGTH + 1) : undefined;
    return { kind: 'like', negated, operand, pattern, escape, start, end: this.previousEnd };
  }

  #unary(): Expression {
    const { kind, text, start } = this.token;
    if (kind === 'symbol' && ['-', '+', '~'].includes(text)) {
      this.advance();
      const operand = this.#unary();
      return { kind: 'unary', operator: text, operand, start, end: operand.end };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let object = this.#primary();
    for (;;) {
      if (this.takeSymbol('.')) {
        if (this.token.kind !== 'name') throw this.unexpected();
        const { text, start, end } = this.advance();
        object = {
          kind: 'member',
          object,
          key: { kind: 'literal', value: text, start, end },
          start: object.start,
          end,
        };
      } else if (this.takeSymbol('[')) {
        const key = this.expression();
        this.expectSymbol(']');
        object = { kind: 'member', object, key, start: object.start, end: this.previousEnd };
      } else {
        return object;
      }
    }
  }

  #primary(): Expression {
    const { kind, text, start, end } = this.token;
    switch (kind) {
      case 'number':
        this.advance();
        return { kind: 'literal', value: Number(text), start, end };
      case 'text':
        this.advance();
        return { kind: 'literal', value: text, start, end };
      case 'parameter':
        this.advance();
        return { kind: 'parameter', name: text, start, end };
      case 'placeholder':
        this.advance();
        return { kind: 'placeholder', start, end };
      case 'name':
        return this.#named();
      case 'symbol':
        return this.#bracketed();
      case 'end':
        throw this.unexpected();
    }
  }

  #named(): Expression {
    const { text, start, end } = this.token;
    const upper = text.toUpperCase();
    if (constants.has(upper)) {
      this.advance();
      return { kind: 'literal', value: constants.get(upper), start, end };
    }
    const name = this.name();
    if (name.toLowerCase() === 'udf' && this.isSymbol('.')) throw leftOut('user-defined functions');
    if (!this.isSymbol('(')) return { kind: 'alias', name, start, end };
    if (upper === 'EXISTS' || upper === 'ARRAY' || upper === 'ALL') throw leftOut('subqueries');
    if (aggregatesLeftOut.has(upper)) throw leftOut(`the aggregate ${upper}`);
    this.advance();
    const list = this.#listUntil(')');
    if (upper !== 'COUNT' && upper !== 'SUM') {
      return { kind: 'call', name: upper, arguments: list, start, end: this.previousEnd };
    }
    const [argument] = list;
    if (argument === undefined || list.length > 1) throw badRequest(`${upper} takes exactly one argument.`);
    return { kind: 'aggregate', name: upper, argument, start, end: this.previousEnd };
  }

  #bracketed(): Expression {
    const { start } = this.token;
    if (this.takeSymbol('(')) {
      if (this.isWord('SELECT')) throw leftOut('subqueries');
      const inner = this.expression();
      this.expectSymbol(')');
      return { ...inner, start, end: this.previousEnd };
    }
    if (this.takeSymbol('[')) {
      const items = this.#listUntil(']');
      return { kind: 'array', items, start, end: this.previousEnd };
    }
    this.expectSymbol('{');
    const entries: [string, Expression][] = [];
    if (!this.isSymbol('}')) {
      do {
        const key = this.propertyName();
        this.expectSymbol(':');
        entries.push([key, this.expression()]);
      } while (this.takeSymbol(','));
    }
    this.expectSymbol('}');
    return { kind: 'object', entries, start, end: this.previousEnd };
  }

  #listUntil(closing: string): Expression[] {
    const list: Expression[] = [];
    if (this.takeSymbol(closing)) return list;
    do list.push(this.expression());
    while (this.takeSymbol(','));
    this.expectSymbol(closing);
    return list;
  }
}
