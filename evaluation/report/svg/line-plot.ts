import { type Area, horizontalAxis, verticalAxis, xOf, yOf } from './axes.ts';
import { type Caption, svgDocument } from './document.ts';
import { element, type Markup, round, textElement } from './element.ts';
import type { Axis } from './scale.ts';
import { strokes } from './style-sheet.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Series {
  name: string;
  points: readonly Point[];
  /** `steps`: the value holds until the next point. */
  shape: 'line' | 'steps';
  /** Drawn as a dot, such as a rule at the limit it ships. */
  mark?: Point;
  /** The one that the plot is about is drawn thicker. */
  isEmphasised?: boolean;
}

export interface LinePlot extends Caption {
  x: Axis;
  y: Axis;
  series: readonly Series[];
}

const height = 440;
const area: Area = { left: 70, top: 44, right: 580, bottom: 384 };
const legendLeft = area.right + 20;
const legendLineHeight = 22;
const legendTextLeft = legendLeft + 36;
/** What a character takes in a wide font of this size: we cannot measure the reader's. */
const characterWidth = 7;

/** Lines over two axes, with a legend on the right. */
export const linePlot = ({ title, description, x, y, series }: LinePlot): string => {
  if (series.length > strokes.length) throw new RangeError(`More than ${strokes.length} lines cannot be told apart.`);
  return svgDocument(
    { title, description },
    legendTextLeft + characterWidth * Math.max(...series.map(({ name }) => name.length)),
    height,
    element(
      'clipPath',
      { id: 'area' },
      element('rect', { ...corner, width: area.right - area.left, height: area.bottom - area.top }),
    ),
    horizontalAxis(x, area),
    verticalAxis(y, area),
    // Later elements lie on top, and the first series is the one to see.
    element('g', { 'clip-path': 'url(#area)' }, ...series.map((line, index) => drawLine(line, index, x, y)).reverse()),
    ...series.flatMap(({ mark }, index) => (mark === undefined ? [] : [drawMark(mark, index, x, y)])),
    ...series.flatMap(legendLine),
  );
};

const corner = { x: area.left, y: area.top };

const strokeOf = (index: number, isEmphasised = false): Record<string, string | number> => {
  const { colour, dashes } = strokes[index % strokes.length] ?? strokes[0];
  return { stroke: colour, 'stroke-width': isEmphasised ? 3 : 1.6, 'stroke-dasharray': dashes, fill: 'none' };
};

const drawLine = ({ points, shape, isEmphasised }: Series, index: number, x: Axis, y: Axis): Markup =>
  element('path', { d: pathOf(points, shape, x, y), ...strokeOf(index, isEmphasised) });

const pathOf = (points: readonly Point[], shape: Series['shape'], x: Axis, y: Axis): string =>
  points
    .map((point, index) => {
      const right = round(xOf(x, area, point.x));
      const up = round(yOf(y, area, point.y));
      if (index === 0) return `M${right} ${up}`;
      return shape === 'steps' ? `H${right}V${up}` : `L${right} ${up}`;
    })
    .join('');

const drawMark = (mark: Point, index: number, x: Axis, y: Axis): Markup => {
  const { colour } = strokes[index % strokes.length] ?? strokes[0];
  return element('circle', { cx: xOf(x, area, mark.x), cy: yOf(y, area, mark.y), r: 4, fill: colour });
};

const legendLine = ({ name, isEmphasised }: Series, index: number): Markup[] => {
  const y = area.top + 8 + index * legendLineHeight;
  return [
    element('line', { x1: legendLeft, y1: y, x2: legendLeft + 28, y2: y, ...strokeOf(index, isEmphasised) }),
    textElement('text', { x: legendTextLeft, y: y + 4 }, name),
  ];
};
