// Questions about an expression that can be answered without an item.

import type { Expression } from './syntax.ts';

/** Whether an expression looks at the item outside of aggregates, which has no meaning beside them. */
export const readsItem = (expression: Expression): boolean => {
  if (expression.kind === 'alias') return true;
  return expression.kind !== 'aggregate' && parts(expression).some(readsItem);
};

export const hasAggregate = (expression: Expression): boolean =>
  expression.kind === 'aggregate' || parts(expression).some(hasAggregate);

const parts = (expression: Expression): Expression[] => {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
    case 'placeholder':
    case 'alias':
      return [];
    case 'member':
      return [expression.object, expression.key];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'in':
      return [expression.operand, ...expression.list];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'like':
      return [expression.operand, expression.pattern, ...(expression.escape === undefined ? [] : [expression.escape])];
    case 'call':
      return expression.arguments;
    case 'aggregate':
      return [expression.argument];
    case 'object':
      return expression.entries.map(([, value]) => value);
    case 'array':
      return expression.items;
  }
};

/** `c.a.b` as `['a', 'b']`; undefined for anything that is not a path below the item. */
export const propertyPath = (expression: Expression): string[] | undefined => {
  if (expression.kind === 'alias') return [];
  if (expression.kind !== 'member' || expression.key.kind !== 'literal') return undefined;
  const above = propertyPath(expression.object);
  const { value } = expression.key;
  if (above === undefined || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  return [...above, typeof value === 'number' ? '[]' : value];
};

/** Every path that an expression reads, each as long as it goes; undefined when something else is read. */
export const pathsRead = (expression: Expression): string[][] | undefined => {
  const path = propertyPath(expression);
  if (path !== undefined) return [path];
  const paths: string[][] = [];
  for (const part of parts(expression)) {
    const inner = pathsRead(part);
    if (inner === undefined) return undefined;
    paths.push(...inner);
  }
  return paths;
};

/** The parts that all have to hold: `a AND (b AND c)` gives a, b, c. */
export const conjuncts = (expression: Expression): Expression[] =>
  expression.kind === 'binary' && expression.operator === 'AND'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
