import type { MessageFields } from '../wire/message-content.ts';
import { SqlError, tokensOf, type Token } from './sql-tokens.ts';
import {
  and,
  calculate,
  compare,
  like,
  not,
  or,
  systemFieldNamed,
  systemProperty,
  userProperty,
  type Arithmetic,
  type Comparison,
  type SqlExpression,
  type SqlValue,
} from './sql-values.ts';

const MAX_LENGTH = 1024;
const comparisons = new Set<string>(['=', '<>', '!=', '<', '>', '<=', '>=']);

/** Makes a test of messages from an expression; an expression that cannot be read throws an SqlError. */
export const parseSqlFilter = (expression: string): ((fields: MessageFields) => boolean) => {
  if (expression.length > MAX_LENGTH) throw new SqlError(`an expression has at most ${MAX_LENGTH} characters`);
  const evaluate = new Parser(tokensOf(expression)).parse();
  return (fields) => evaluate(fields) === true;
};

/** OR binds weakest, then AND, NOT, comparisons, sums, products, signs. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): SqlExpression {
    const expression = this.#or();
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return expression;
  }

  #or(): SqlExpression {
    let left = this.#and();
    while (this.#takeWord('OR')) {
      const [a, b] = [left, this.#and()];
      left = (fields) => or(a(fields), () => b(fields));
    }
    return left;
  }

  #and(): SqlExpression {
    let left = this.#not();
    while (this.#takeWord('AND')) {
      const [a, b] = [left, this.#not()];
      left = (fields) => and(a(fields), () => b(fields));
    }
    return left;
  }

  #not(): SqlExpression {
    if (!this.#takeWord('NOT')) return this.#predicate();
    const inner = this.#not();
    return (fields) => not(inner(fields));
  }

  #predicate(): SqlExpression {
    const left = this.#sum();
    const token = this.#token;
    if (token.kind === 'symbol' && comparisons.has(token.text)) {
      this.#next += 1;
      const right = this.#sum();
      return (fields) => compare(token.text as Comparison, left(fields), right(fields));
    }
    if (this.#takeWord('IS')) {
      const wantsNull = !this.#takeWord('NOT');
      this.#expectWord('NULL');
      return (fields) => (left(fields) === undefined) === wantsNull;
    }
    const negated = this.#takeWord('NOT');
    const test = this.#takeWord('IN') ? this.#in(left) : this.#takeWord('LIKE') ? this.#like(left) : undefined;
    if (test === undefined && negated) throw this.#unexpected();
    if (test === undefined) return left;
    return negated ? (fields) => not(test(fields)) : test;
  }

  #in(left: SqlExpression): SqlExpression {
    this.#expectSymbol('(');
    const choices = [this.#sum()];
    while (this.#takeSymbol(',')) choices.push(this.#sum());
    this.#expectSymbol(')');
    return (fields) => {
      const value = left(fields);
      const answers = choices.map((choice) => compare('=', value, choice(fields)));
      return answers.reduce<SqlValue>((all, answer) => or(all, () => answer), false);
    };
  }

  #like(left: SqlExpression): SqlExpression {
    const pattern = this.#sum();
    const escape: SqlExpression = this.#takeWord('ESCAPE') ? this.#sum() : () => undefined;
    return (fields) => like(left(fields), pattern(fields), escape(fields));
  }

  #sum(): SqlExpression {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): SqlExpression {
    return this.#chain(['*', '/', '%'], () => this.#signed());
  }

  #chain(operators: readonly Arithmetic[], operand: () => SqlExpression): SqlExpression {
    let left = operand();
    for (;;) {
      const operator = operators.find((each) => this.#takeSymbol(each));
      if (operator === undefined) return left;
      const [a, b] = [left, operand()];
      left = (fields) => calculate(operator, a(fields), b(fields));
    }
  }

  #signed(): SqlExpression {
    if (this.#takeSymbol('+')) return this.#signed();
    if (!this.#takeSymbol('-')) return this.#primary();
    const inner = this.#signed();
    return (fields) => calculate('-', 0, inner(fields));
  }

  #primary(): SqlExpression {
    const token = this.#token;
    if (this.#takeSymbol('(')) {
      const inner = this.#or();
      this.#expectSymbol(')');
      return inner;
    }
    if (token.kind === 'string' || token.kind === 'number') {
      this.#next += 1;
      const value = token.kind === 'string' ? token.text : token.value;
      return () => value;
    }
    if (this.#takeWord('TRUE')) return () => true;
    if (this.#takeWord('FALSE')) return () => false;
    if (this.#takeWord('EXISTS')) {
      this.#expectSymbol('(');
      const property = this.#property();
      this.#expectSymbol(')');
      return (fields) => property(fields) !== undefined;
    }
    return this.#property();
  }

  #property(): SqlExpression {
    const scope = this.#name();
    if (this.#takeSymbol('(')) throw new SqlError(`functions such as ${scope.text} are not supported`);
    if (!this.#takeSymbol('.')) return userProperty(scope.text);
    const name = this.#name();
    switch (scope.text.toLowerCase()) {
      case 'user':
        return userProperty(name.text);
      case 'sys': {
        const field = systemFieldNamed(name.text);
        if (field === undefined) throw new SqlError(`there is no property sys.${name.text}`);
        return systemProperty(field);
      }
      default:
        throw new SqlError(`a property is user or sys, not ${scope.text}`);
    }
  }

  #name(): { text: string } {
    const token = this.#token;
    if (token.kind !== 'name' && (token.kind !== 'word' || keywords.has(token.text.toUpperCase()))) {
      throw this.#unexpected();
    }
    this.#next += 1;
    return token;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #takeWord(word: string): boolean {
    const token = this.#token;
    const found = token.kind === 'word' && token.text.toUpperCase() === word;
    if (found) this.#next += 1;
    return found;
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#token;
    const found = token.kind === 'symbol' && token.text === symbol;
    if (found) this.#next += 1;
    return found;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) throw this.#unexpected();
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw this.#unexpected();
  }

  #unexpected(): SqlError {
    const token = this.#token;
    if (token.kind === 'end') return new SqlError('the expression ends too early');
    const text = token.kind === 'number' ? String(token.value) : token.text;
    return new SqlError(`unexpected ${text} at position ${token.at}`);
  }
}

const keywords = new Set(['AND', 'OR', 'NOT', 'IN', 'LIKE', 'ESCAPE', 'IS', 'NULL', 'EXISTS', 'TRUE', 'FALSE']);
