import { markdownTable } from '../report/markdown-table.ts';
import { type Figure, holds } from './figure.ts';

export const figuresTable = (figures: readonly Figure[]): string =>
  markdownTable(
    [
      { heading: 'Measure', align: 'left' },
      { heading: 'Measured', align: 'right' },
      { heading: 'Bound', align: 'right' },
      { heading: '', align: 'left' },
    ],
    figures.map((figure) => {
      const { measure, value, bound } = figure;
      const limit = bound === undefined ? '' : `${bound.kind} ${written(bound.limit, figure, 0)}`;
      return [measure, written(value, figure, figure.digits), limit, holds(figure) ? '' : 'broken'];
    }),
  );

const written = (value: number, { unit, digits }: Figure, atLeastDigits: number): string => {
  const number = value.toLocaleString('en-US', { minimumFractionDigits: atLeastDigits, maximumFractionDigits: digits });
  return unit === '' ? number : `${number} ${unit}`;
};
