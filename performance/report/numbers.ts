// How the tables write numbers.

const written = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : 'none';

export const whole = (value: number): string => written(value, 0);
export const tenths = (value: number): string => written(value, 1);
export const hundredths = (value: number): string => written(value, 2);
export const milliseconds = (value: number): string => `${written(value, 0)} ms`;
export const megabytes = (bytes: number): string => `${written(bytes / 2 ** 20, 1)} MB`;
export const percent = (share: number): string => `${written(share * 100, 0)} %`;
