import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginMark, endMark, PAGE, withSection } from '../../../performance/report/page-sections.ts';

const names = ['pipelines', 'soak', 'limits'] as const;

describe('the page about performance', () => {
  it.each(names)('has tables that the command made, under "%s"', (name) => {
    const page = readFileSync(join(import.meta.dirname, '../../..', PAGE), 'utf8');

    const section = page.slice(page.indexOf(beginMark(name)), page.indexOf(endMark(name)));
    expect(section).toMatch(/Measured on \d+ cores.*Node \d+/);
    expect(section).toMatch(/^\| .* \|$/m);
  });

  it('gets what was measured between its marks, and keeps the rest', () => {
    const page = `before\n${beginMark('soak')}\nold\n${endMark('soak')}\nafter\n`;

    const written = withSection(page, { name: 'soak', markdown: 'new\n', figures: [] });

    expect(written).toBe(`before\n${beginMark('soak')}\n\nnew\n\n${endMark('soak')}\nafter\n`);
    expect(withSection(written, { name: 'soak', markdown: 'new\n', figures: [] })).toBe(written);
  });

  it('is not written when it has no place for what was measured', () => {
    expect(() => withSection('nothing', { name: 'soak', markdown: '', figures: [] })).toThrow('no place for "soak"');
  });
});
