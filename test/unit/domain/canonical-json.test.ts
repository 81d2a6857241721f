import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import { fc } from './support/fast-check.ts';

describe('canonicalJson', () => {
  it('sorts keys, leaves out what is undefined and writes no spaces', () => {
    expect(canonicalJson({ b: [1, 'x', null], a: { d: true, c: undefined }, '1': -0 })).toBe(
      '{"1":0,"a":{"d":true},"b":[1,"x",null]}',
    );
  });

  it('sorts by code units, not by a locale', () => {
    expect(canonicalJson({ ä: 1, z: 2, Z: 3 })).toBe('{"Z":3,"z":2,"ä":1}');
  });

  it('gives the same text whatever the order of the keys, and reads back as the value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());

        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([NaN, Infinity, undefined, () => 1])('refuses %p', (value) => {
    expect(() => canonicalJson([value])).toThrow(/JSON has no/);
  });
});
