// `npm run bench:pipeline`: what the product does with results in a second and for how many charges, beside plain ways of
// doing it; how it bears a steady load; where it gives out.

import { holds } from '../evaluation/bench/figure.ts';
import { measureLimits, measurePipelines, measureSoak, type Measured } from './measure.ts';
import { BENCH_USAGE, type BenchOptions, parseBenchOptions, type Part } from './options.ts';
import { PAGE } from './report/page-sections.ts';
import { writePage } from './report/write-page.ts';

const measurePart = (part: Part, options: BenchOptions): Promise<Measured> => {
  switch (part) {
    case 'pipelines':
      return measurePipelines(options);
    case 'soak':
      return measureSoak(options);
    case 'limits':
      return measureLimits(options);
  }
};

const run = async (options: BenchOptions): Promise<void> => {
  const measured: Measured[] = [];
  for (const part of options.parts) {
    const each = await measurePart(part, options);
    measured.push(each);
    if (!options.json) console.log(`${each.section.markdown}\n`);
  }
  if (options.json) console.log(JSON.stringify(Object.assign({}, ...measured.map(({ raw }) => raw))));
  const sections = measured.map(({ section }) => section);
  if (options.write) {
    await writePage(sections);
    console.error(`wrote ${PAGE}`);
  }

  const broken = sections.flatMap(({ figures }) => figures).filter((figure) => !holds(figure));
  if (broken.length === 0) return;
  console.error(`Broken: ${broken.map(({ measure }) => measure).join('; ')}.`);
  process.exitCode = 1;
};

const parsed = parseBenchOptions(process.argv.slice(2));
switch (parsed.kind) {
  case 'run':
    await run(parsed.options);
    break;
  case 'help':
    console.log(BENCH_USAGE);
    break;
  case 'mistake':
    console.error(`${parsed.sentence}\n\n${BENCH_USAGE}`);
    process.exitCode = 2;
}
