import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { mutants } from '../../../simulation/mutants/mutants.ts';

const sourceOf = (file: string): string => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');

const mistakesOfForm = (source: string): readonly unknown[] =>
  ts.transpileModule(source, { reportDiagnostics: true }).diagnostics ?? [];

describe('deliberate mistakes', () => {
  it('are more than a few, each with a name of its own', () => {
    const names = mutants.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(28);
  });

  it.each(mutants)('$name: finds its place in the product', ({ file, text }) => {
    const places = sourceOf(file).split(text).length - 1;

    expect(places).toBe(1);
  });

  it.each(mutants)('$name: is a program, and another one', ({ file, text, instead }) => {
    const source = sourceOf(file);

    const mistaken = source.replace(text, () => instead);

    expect(mistaken).not.toBe(source);
    expect(mistakesOfForm(mistaken)).toEqual([]);
  });

  it.each(mutants)('$name: says which promise it breaks', ({ breaks }) => {
    expect(breaks).not.toEqual([]);
  });
});
