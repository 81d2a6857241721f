import type { Interval } from '../../statistics/interval.ts';
import { type Area, horizontalAxis, xOf } from './axes.ts';
import { type Caption, svgDocument } from './document.ts';
import { element, type Markup, textElement } from './element.ts';
import type { Axis } from './scale.ts';
import { strokes } from './style-sheet.ts';

export interface Bar {
  label: string;
  value: Interval;
}

export interface BarPlot extends Caption {
  axis: Axis;
  bars: readonly Bar[];
  formatValue: (value: Interval) => string;
}

const width = 860;
const barHeight = 18;
const barDistance = 34;
const top = 44;

/** Bars that lie, one below the other, each with its number and its interval. */
export const barPlot = ({ title, description, axis, bars, formatValue }: BarPlot): string => {
  const area: Area = { left: 170, top, right: 640, bottom: top + bars.length * barDistance + 6 };
  return svgDocument(
    { title, description },
    width,
    area.bottom + 54,
    horizontalAxis(axis, area),
    element('line', { x1: area.left, y1: area.top, x2: area.left, y2: area.bottom, class: 'axis' }),
    ...bars.flatMap(({ label, value }, index) =>
      drawBar(label, value, formatValue(value), area.top + (index + 0.5) * barDistance + 3, axis, area),
    ),
  );
};

const drawBar = (label: string, value: Interval, numbers: string, middle: number, axis: Axis, area: Area): Markup[] => {
  const start = xOf(axis, area, axis.low);
  const whisker = { low: xOf(axis, area, value.low), high: xOf(axis, area, value.high) };
  const end = xOf(axis, area, value.estimate);
  return [
    textElement('text', { x: area.left - 10, y: middle + 4, 'text-anchor': 'end' }, label),
    element('rect', {
      x: start,
      y: middle - barHeight / 2,
      width: end - start,
      height: barHeight,
      fill: strokes[0].colour,
      // The lower half of the interval lies on the bar.
      'fill-opacity': 0.6,
    }),
    element('path', { d: whiskerPath(whisker.low, whisker.high, middle), class: 'axis' }),
    textElement('text', { x: Math.max(end, whisker.high) + 8, y: middle + 4 }, numbers),
  ];
};

const whiskerPath = (low: number, high: number, middle: number): string => {
  const cap = (x: number): string => `M${x.toFixed(2)} ${(middle - 4).toFixed(2)}v8`;
  return `${cap(low)}M${low.toFixed(2)} ${middle.toFixed(2)}H${high.toFixed(2)}${cap(high)}`;
};
