import type { MessageFields, SystemField } from '../wire/message-content.ts';

/** A value of the filter language; undefined is unknown. */
export type SqlValue = string | number | boolean | Date | undefined;

export type SqlExpression = (fields: MessageFields) => SqlValue;

const systemNames = new Map<string, SystemField>([
  ['messageid', 'message-id'],
  ['correlationid', 'correlation-id'],
  ['label', 'label'],
  ['subject', 'label'],
  ['to', 'to'],
  ['replyto', 'reply-to'],
  ['sessionid', 'session-id'],
  ['replytosessionid', 'reply-to-session-id'],
  ['contenttype', 'content-type'],
]);

export const systemFieldNamed = (name: string): SystemField | undefined => systemNames.get(name.toLowerCase());

export const userProperty =
  (name: string): SqlExpression =>
  ({ user }) => {
    if (user.has(name)) return known(user.get(name));
    const wanted = name.toLowerCase();
    for (const [key, value] of user) if (key.toLowerCase() === wanted) return known(value);
    return undefined;
  };

export const systemProperty =
  (field: SystemField): SqlExpression =>
  ({ system }) =>
    known(system.get(field));

const known = (value: unknown): SqlValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Date
    ? value
    : undefined;

export const and = (left: SqlValue, right: () => SqlValue): SqlValue => {
  if (left === false) return false;
  const other = right();
  if (other === false) return false;
  return left === true && other === true ? true : undefined;
};

export const or = (left: SqlValue, right: () => SqlValue): SqlValue => {
  if (left === true) return true;
  const other = right();
  if (other === true) return true;
  return left === false && other === false ? false : undefined;
};

export const not = (value: SqlValue): SqlValue => (typeof value === 'boolean' ? !value : undefined);

export type Comparison = '=' | '<>' | '!=' | '<' | '>' | '<=' | '>=';

/** Values of different types cannot be compared: the answer is unknown. */
export const compare = (operator: Comparison, left: SqlValue, right: SqlValue): SqlValue => {
  const a = left instanceof Date ? left.getTime() : left;
  const b = right instanceof Date ? right.getTime() : right;
  if (a === undefined || b === undefined || typeof a !== typeof b) return undefined;
  if (left instanceof Date !== right instanceof Date) return undefined;
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
  }
};

export type Arithmetic = '+' | '-' | '*' | '/' | '%';

export const calculate = (operator: Arithmetic, left: SqlValue, right: SqlValue): SqlValue => {
  if (operator === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
    case '%':
      return right === 0 ? undefined : left % right;
  }
};

/** LIKE: `%` stands for any text, `_` for one character, the escape character takes the next one literally. */
export const like = (value: SqlValue, pattern: SqlValue, escape: SqlValue): SqlValue => {
  if (typeof value !== 'string' || typeof pattern !== 'string') return undefined;
  let source = '';
  let literal = false;
  for (const character of pattern) {
    if (!literal && character === escape) {
      literal = true;
      continue;
    }
    if (!literal && character === '%') source += '.*';
    else if (!literal && character === '_') source += '.';
    else source += character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
    literal = false;
  }
  return new RegExp(`^${source}$`, 'su').test(value);
};
