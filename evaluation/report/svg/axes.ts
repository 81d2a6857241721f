import { element, type Markup, textElement } from './element.ts';
import { type Axis, positionOn, ticksOf } from './scale.ts';

/** The rectangle of the data, in pixels. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const xOf = (axis: Axis, { left, right }: Area, value: number): number =>
  left + positionOn(axis, value) * (right - left);

export const yOf = (axis: Axis, { top, bottom }: Area, value: number): number =>
  bottom - positionOn(axis, value) * (bottom - top);

/** The horizontal axis below the area, with a grid line at each tick. */
export const horizontalAxis = (axis: Axis, area: Area): Markup => {
  const { left, right, top, bottom } = area;
  const ticks = ticksOf(axis).flatMap((tick) => {
    const x = xOf(axis, area, tick);
    return [
      element('line', { x1: x, y1: top, x2: x, y2: bottom, class: 'grid' }),
      textElement('text', { x, y: bottom + 18, 'text-anchor': 'middle' }, axis.format(tick)),
    ];
  });
  return element(
    'g',
    {},
    ...ticks,
    element('line', { x1: left, y1: bottom, x2: right, y2: bottom, class: 'axis' }),
    textElement('text', { x: (left + right) / 2, y: bottom + 38, 'text-anchor': 'middle' }, axis.label),
  );
};

/** The vertical axis on the left of the area; its label is turned. */
export const verticalAxis = (axis: Axis, area: Area): Markup => {
  const { left, right, top, bottom } = area;
  const ticks = ticksOf(axis).flatMap((tick) => {
    const y = yOf(axis, area, tick);
    return [
      element('line', { x1: left, y1: y, x2: right, y2: y, class: 'grid' }),
      textElement('text', { x: left - 8, y: y + 4, 'text-anchor': 'end' }, axis.format(tick)),
    ];
  });
  const middle = (top + bottom) / 2;
  return element(
    'g',
    {},
    ...ticks,
    element('line', { x1: left, y1: top, x2: left, y2: bottom, class: 'axis' }),
    textElement(
      'text',
      { x: 18, y: middle, 'text-anchor': 'middle', transform: `rotate(-90 18 ${middle})` },
      axis.label,
    ),
  );
};
