export interface Column {
  heading: string;
  /** Numbers stand on the right. */
  align: 'left' | 'right';
}

/** A table that is as easy to read as text as it is when rendered. */
export const markdownTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  for (const row of rows) {
    if (row.length !== columns.length) {
      throw new RangeError(`A row has ${row.length} cells, the table has ${columns.length} columns.`);
    }
  }
  const lines = [columns.map(({ heading }) => heading), ...rows].map((cells) => cells.map(escapeCell));
  const widths = columns.map((_, index) => Math.max(3, ...lines.map((cells) => widthOf(cells[index] ?? ''))));
  const rule = columns.map(({ align }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 3) - 1);
    return align === 'right' ? `${dashes}:` : `${dashes}-`;
  });
  const [heading = [], ...body] = lines.map((cells) =>
    cells.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left')),
  );
  return [heading, rule, ...body].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
};

const escapeCell = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Counts characters, not UTF-16 units. */
const widthOf = (cell: string): number => Array.from(cell).length;

const pad = (cell: string, width: number, align: Column['align']): string => {
  const spaces = ' '.repeat(width - widthOf(cell));
  return align === 'right' ? spaces + cell : cell + spaces;
};
