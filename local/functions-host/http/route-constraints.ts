export type Constraint = (value: string) => boolean;

const isInteger = (value: string, min: bigint, max: bigint): boolean =>
  /^[+-]?\d{1,30}$/.test(value) && BigInt(value.replace('+', '')) >= min && BigInt(value.replace('+', '')) <= max;

const isLong: Constraint = (value) => isInteger(value, -(2n ** 63n), 2n ** 63n - 1n);
const isNumber: Constraint = (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);

const plain: Record<string, Constraint> = {
  int: (value) => isInteger(value, -(2n ** 31n), 2n ** 31n - 1n),
  long: isLong,
  guid: (value) => /^([0-9a-f]{32}|(\{|\()?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\}|\))?)$/i.test(value),
  alpha: (value) => /^[a-z]*$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => /\d/.test(value) && !Number.isNaN(Date.parse(value)),
  decimal: (value) => /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value),
  double: isNumber,
  float: isNumber,
};

const withNumbers: Record<string, (...numbers: number[]) => Constraint> = {
  length:
    (min, max = min) =>
    (value) =>
      value.length >= min && value.length <= max,
  minlength: (min) => (value) => value.length >= min,
  maxlength: (max) => (value) => value.length <= max,
  min: (min) => (value) => isLong(value) && Number(value) >= min,
  max: (max) => (value) => isLong(value) && Number(value) <= max,
  range: (min, max) => (value) => isLong(value) && Number(value) >= min && Number(value) <= max,
};

/** The constraint `kind` or `kind(argument)` of a route parameter. */
export const constraintFor = (kind: string, argument: string | undefined): Constraint => {
  const known = plain[kind];
  if (known !== undefined && argument === undefined) return known;
  if (kind === 'regex' && argument !== undefined) {
    // Braces are doubled in a route template.
    const pattern = new RegExp(argument.replaceAll('{{', '{').replaceAll('}}', '}'), 'i');
    return (value) => pattern.test(value);
  }
  const make = withNumbers[kind];
  const numbers = argument?.split(',').map(Number) ?? [];
  if (make !== undefined && numbers.length > 0 && numbers.length <= make.length + 1 && !numbers.some(Number.isNaN)) {
    return make(...numbers);
  }
  throw new Error(`the route constraint "${kind}${argument === undefined ? '' : `(${argument})`}" is not known`);
};
