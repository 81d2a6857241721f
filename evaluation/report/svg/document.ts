import { element, type Markup, textElement } from './element.ts';
import { styleSheet } from './style-sheet.ts';

export interface Caption {
  title: string;
  /** What a reader who cannot see the plot should know. */
  description: string;
}

/** A whole SVG file, with its title above the plot. */
export const svgDocument = (
  { title, description }: Caption,
  width: number,
  height: number,
  ...children: readonly Markup[]
): string => {
  const root = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-labelledby': 'title description',
    },
    textElement('title', { id: 'title' }, title),
    textElement('desc', { id: 'description' }, description),
    textElement('style', {}, styleSheet),
    textElement('text', { x: 12, y: 22, class: 'title' }, title),
    ...children,
  );
  return `${root}\n`;
};
