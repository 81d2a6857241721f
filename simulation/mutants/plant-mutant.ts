// Loads the product with a mistake in it, without touching its files. Only what is imported afterwards has it.

import { registerHooks } from 'node:module';
import type { Mutant } from './mutant.ts';

const root = new URL('../../', import.meta.url);

export const plantMutant = ({ name, file, text, instead }: Mutant): void => {
  const url = new URL(file, root).href;
  registerHooks({
    load: (loaded, context, nextLoad) => {
      const result = nextLoad(loaded, context);
      if (loaded !== url) return result;
      const source = Buffer.from(result.source as Uint8Array).toString('utf8');
      if (source.split(text).length !== 2) throw new Error(`mutant "${name}": its text is not once in ${file}`);
      return { ...result, source: source.replace(text, () => instead) };
    },
  });
};
