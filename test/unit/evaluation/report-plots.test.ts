import { breachPlot } from '../../../evaluation/report/breach-plot.ts';
import { honestRatePlot } from '../../../evaluation/report/honest-rate-plot.ts';
import { barPlot } from '../../../evaluation/report/svg/bar-plot.ts';
import { element, textElement } from '../../../evaluation/report/svg/element.ts';
import { linePlot, type Series } from '../../../evaluation/report/svg/line-plot.ts';
import { type Axis, positionOn, ticksOf } from '../../../evaluation/report/svg/scale.ts';
import { strokes } from '../../../evaluation/report/svg/style-sheet.ts';
import { triesToFlagPlot } from '../../../evaluation/report/tries-to-flag-plot.ts';

const axis = (scale: Axis['scale'], low: number, high: number): Axis => ({
  label: '',
  scale,
  low,
  high,
  format: String,
});

/** The texts between tags, and whether every tag that opens is closed in turn. Throws on what XML does not allow. */
const readXml = (xml: string): { tags: string[]; texts: string[] } => {
  const open: string[] = [];
  const tags: string[] = [];
  const texts: string[] = [];
  const token = /<(\/?)([A-Za-z]+)((?: [A-Za-z0-9:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>|([^<]+)/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`Not well-formed at: ${xml.slice(at, at + 60)}`);
    const [, closes, name = '', , isEmpty, text] = match;
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt|quot);)/.test(text)) throw new Error(`A bare ampersand: ${text}`);
      if (text.trim() !== '') texts.push(text);
    } else if (closes === '/') {
      if (open.pop() !== name) throw new Error(`${name} is closed but was not open.`);
    } else {
      tags.push(name);
      if (isEmpty !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`Never closed: ${open.join(', ')}`);
  return { tags, texts };
};

const interval = (estimate: number): { estimate: number; low: number; high: number } => ({
  estimate,
  low: estimate / 2,
  high: estimate * 2,
});

const plots = {
  'tries to flag': triesToFlagPlot('1 honest id in 1,000', [
    { name: 'ours', triesToFlag: [Float64Array.of(2, 4), Float64Array.of(3, Infinity)] },
    { name: 'Rock & <Roll>', triesToFlag: [Float64Array.of(9, 12), Float64Array.of(Infinity, Infinity)] },
  ]),
  breach: breachPlot(0.03, [
    { name: 'ours', tuned: [1e-6, 1e-4, 1e-3].map((honestRate) => ({ honestRate, breach: 0.2 })) },
    {
      name: 'AWS "3 min"',
      tuned: [{ honestRate: 1e-3, breach: 0.52 }],
      shipped: { honestRate: 2e-4, breach: 0.54 },
    },
  ]),
  'honest rate': honestRatePlot('group', [
    { group: 'typical', flagged: interval(0.00002) },
    { group: 'often-mistaken', flagged: interval(0.003) },
  ]),
};

describe('every plot', () => {
  it.each(Object.entries(plots))('of %s is well-formed', (_name, svg) => {
    expect(readXml(svg).tags[0]).toBe('svg');
  });

  it.each(Object.entries(plots))('of %s has a title, a description and only finite numbers', (_name, svg) => {
    expect(svg).toContain('aria-labelledby="title description"');
    expect(svg).toMatch(/<title id="title">.+<\/title>\n<desc id="description">.+<\/desc>/);
    expect(svg.replaceAll(/<desc.*<\/desc>/g, '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('says the same number in words as it draws', () => {
    expect(plots['tries to flag']).toContain('ours: 75.0 % within 10 tries; Rock &amp; &lt;Roll&gt;: 25.0 % within');
  });
});

describe('lines', () => {
  const series = (points: Series['points'], shape: Series['shape'] = 'line'): Series => ({ name: 'a', points, shape });
  const draw = (...lines: Series[]): string =>
    linePlot({ title: 't', description: 'd', x: axis('linear', 0, 10), y: axis('linear', 0, 1), series: lines });

  it('go from corner to corner of the area', () => {
    const svg = draw(
      series([
        { x: 0, y: 0 },
        { x: 10, y: 1 },
      ]),
    );

    expect(svg).toContain('d="M70 384L580 44"');
  });

  it('hold their value until the next point when they are steps', () => {
    const svg = draw(
      series(
        [
          { x: 0, y: 0 },
          { x: 5, y: 1 },
          { x: 10, y: 1 },
        ],
        'steps',
      ),
    );

    expect(svg).toContain('d="M70 384H325V44H580V44"');
  });

  it('are at most as many as can be told apart', () => {
    const tooMany = Array.from({ length: strokes.length + 1 }, () => series([]));

    expect(() => draw(...tooMany)).toThrow('cannot be told apart');
  });

  it('that have no points are still named', () => {
    expect(readXml(draw(series([]))).texts).toContain('a');
  });

  it('leave out what a logarithmic axis cannot show', () => {
    const lines = [...plots.breach.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d);

    // Drawn last: the first series, without the point at 1 in a million.
    expect(lines).toHaveLength(2);
    expect(lines[1]?.match(/[ML]/g)).toHaveLength(2);
    expect(readXml(plots.breach).tags.filter((tag) => tag === 'circle')).toHaveLength(1);
  });
});

describe('bars', () => {
  it('are as long as their value, and carry their number', () => {
    const svg = barPlot({
      title: 't',
      description: 'd',
      axis: axis('linear', 0, 10),
      bars: [{ label: 'half', value: { estimate: 5, low: 4, high: 6 } }],
      formatValue: ({ estimate }) => `${estimate} of 10`,
    });

    expect(svg).toContain('width="235"');
    expect(readXml(svg).texts).toEqual(expect.arrayContaining(['half', '5 of 10']));
  });

  it('can all be empty', () => {
    const svg = honestRatePlot('group', [{ group: 'typical', flagged: { estimate: 0, low: 0, high: 0 } }]);

    expect(readXml(svg).texts).toContain('0.0 [0.0, 0.0]');
    expect(svg).not.toMatch(/NaN/);
  });
});

describe('an axis', () => {
  it.each([
    { from: axis('linear', 0, 40), ticks: [0, 10, 20, 30, 40] },
    { from: axis('linear', 0, 0.6), ticks: [0, 0.2, 0.4, 0.6] },
    { from: axis('linear', 0, 1), ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    { from: axis('linear', 3, 8.5), ticks: [4, 6, 8] },
    { from: axis('linear', -1, 1), ticks: [-1, -0.5, 0, 0.5, 1] },
    { from: axis('log', 1e-5, 1e-2), ticks: [1e-5, 1e-4, 1e-3, 1e-2] },
    { from: axis('log', 0.03, 0.9), ticks: [0.05, 0.1, 0.2, 0.5] },
  ])('$from.scale from $from.low to $from.high has ticks $ticks', ({ from, ticks }) => {
    expect(ticksOf(from)).toEqual(ticks);
  });

  it.each([
    { on: axis('linear', 10, 20), value: 15, position: 0.5 },
    { on: axis('log', 0.01, 1), value: 0.1, position: 0.5 },
    { on: axis('log', 0.01, 1), value: 0.01, position: 0 },
  ])('$on.scale from $on.low to $on.high has $value at $position', ({ on, value, position }) => {
    expect(positionOn(on, value)).toBeCloseTo(position, 12);
  });
});

describe('markup', () => {
  it('escapes what would end a text or an attribute', () => {
    const svg = element('g', { 'data-name': '"<&>"' }, textElement('text', { x: 1.23456 }, 'a < b & c'));

    expect(svg).toBe('<g data-name="&quot;&lt;&amp;&gt;&quot;">\n<text x="1.23">a &lt; b &amp; c</text>\n</g>');
  });
});
