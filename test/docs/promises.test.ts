import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutants } from '../../simulation/mutants/mutants.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'promises.md'), 'utf8');

describe('the page about promises', () => {
  it('leads to files that there are', () => {
    const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);

    expect(links.filter((link) => !existsSync(join(docs, link)))).toEqual([]);
    expect(links.length).toBeGreaterThan(20);
  });

  it('names mistakes that the simulation plants', () => {
    const named = [...page.matchAll(/^- Planted: ([^]*?)\.$/gm)].flatMap(([, list = '']) =>
      [...list.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name.replaceAll(/\s+/g, ' ')),
    );

    expect(named.filter((name) => !mutants.some((mutant) => mutant.name === name))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  it('has a part for each promise', () => {
    const parts = [...page.matchAll(/^## (I\d+):/gm)].map(([, promise]) => promise);

    expect(parts).toEqual(Array.from({ length: 10 }, (_, index) => `I${index + 1}`));
  });
});
