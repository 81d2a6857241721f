// The functions of the query language that this server knows, by upper-case name. An argument of the wrong type makes
// the result undefined.

import { badRequest, leftOut } from '../errors.ts';
import { arrayFunctions } from './array-functions.ts';
import { mathFunctions } from './math-functions.ts';
import type { SqlFunction } from './sql-function.ts';
import { textFunctions } from './text-functions.ts';
import { typeFunctions } from './type-functions.ts';

const functions: ReadonlyMap<string, SqlFunction> = new Map(
  Object.entries({ ...typeFunctions, ...textFunctions, ...mathFunctions, ...arrayFunctions }),
);

const timeFunction = /^(GETCURRENT|DATETIME|TICKSTO|TIMESTAMPTO)/;
const featuresLeftOut: Record<string, string> = {
  REGEXMATCH: 'the function RegexMatch',
  VECTORDISTANCE: 'VectorDistance (vector search)',
  FULLTEXTCONTAINS: 'full-text search',
  FULLTEXTCONTAINSALL: 'full-text search',
  FULLTEXTCONTAINSANY: 'full-text search',
  FULLTEXTSCORE: 'full-text search',
};

export const functionNamed = (name: string, given: number): SqlFunction['apply'] => {
  const found = functions.get(name);
  if (found === undefined) {
    if (timeFunction.test(name)) throw leftOut(`time functions (${name}); pass the time as a parameter`);
    const feature = featuresLeftOut[name] ?? (name.startsWith('ST_') ? 'geospatial functions' : undefined);
    if (feature !== undefined) throw leftOut(feature);
    throw badRequest(`'${name}' is not a recognized built-in function name.`);
  }
  const [least, most] = found.arguments;
  if (given < least || given > most) {
    throw badRequest(`The function ${name} takes ${least === most ? least : `${least} to ${most}`} arguments.`);
  }
  return found.apply;
};
