// How the tables write numbers.

const written = (value: number, digits: number, unit = ''): string => {
  if (Number.isNaN(value)) return 'unknown';
  if (value === Infinity) return 'never';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }) + unit;
};

export const whole = (value: number): string => written(value, 0);
export const tenths = (value: number): string => written(value, 1);
export const hundredths = (value: number): string => written(value, 2);
export const times = (ratio: number): string => written(ratio, 2, ' x');
export const milliseconds = (value: number): string => written(value, 0, ' ms');
export const megabytes = (bytes: number): string => written(bytes / 2 ** 20, 1, ' MB');
export const percent = (share: number): string => written(share * 100, 0, ' %');
