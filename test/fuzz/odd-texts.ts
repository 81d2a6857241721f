import { fc } from '../unit/domain/support/fast-check.ts';

/** In what is sent, and never in a refusal or in the log. */
export const SECRET = 'sent-by-alice';

/** Texts at which software has stumbled before. */
const notorious = [
  '',
  ' ',
  '\u0000',
  `a\u0000${SECRET}`,
  '\ud800',
  `\udc00${SECRET}`,
  '\u202egnp.exe',
  '👩‍👩‍👧‍👦',
  'e\u0301\u0327\u0301',
  '\ufeff',
  '\ufffe',
  '\r\nset-cookie: a=b',
  '../../../etc/passwd',
  '..\\..\\',
  'a/b#c?d\\e',
  "' OR 1=1 --",
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-0',
  '%00%0a%zz',
];

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...notorious),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Of exactly so many characters, in one script or another. */
export const textOfLength = (length: number): fc.Arbitrary<string> =>
  fc.constantFrom('x', 'é', '漢', '👍', '\u0301').map((unit) => unit.repeat(Math.max(0, length)));
