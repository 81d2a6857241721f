import { constraintFor } from '../../../local/functions-host/http/route-constraints.ts';
import { compareRoutes, matchRoute, parseRoute } from '../../../local/functions-host/http/route.ts';

const match = (template: string, path: string) => matchRoute(parseRoute('api', template), path);

describe('a route', () => {
  it('21: goes from exact to general, segment by segment', () => {
    const templates = ['{*rest}', 'v1/{id}', 'v1/{id:int}', 'v1/health', 'v1/{id}/x', '{version}/health', 'v1'];

    const sorted = templates.map((template) => parseRoute('', template)).sort(compareRoutes);

    expect(sorted.map(({ template }) => template)).toEqual([
      '/v1', '/v1/health', '/v1/{id:int}', '/v1/{id}', '/v1/{id}/x', '/{version}/health', '/{*rest}',
    ]); // prettier-ignore
  });

  it.each([
    ['v1/things/{id}', '/api/v1/things/7', { id: '7' }],
    ['v1/things/{id}', '/api/v1/things/7/', { id: '7' }],
    ['v1/things/{id}', '/api/v1/things', undefined],
    ['v1/things/{id}', '/api/v1/things/', undefined],
    ['v1/things/{id}', '/api/v1/things/7/8', undefined],
    ['v1/things/{id}', '/v1/things/7', undefined],
    ['V1/Things/{id}', '/API/v1/tHINGS/AbC', { id: 'AbC' }],
    ['a/{b?}', '/api/a', {}],
    ['a/{b?}', '/api/a/x', { b: 'x' }],
    ['a/{b:int?}', '/api/a/x', undefined],
    ['files/{*path}', '/api/files/a/b%20c', { path: 'a/b c' }],
    ['files/{*path}', '/api/files', {}],
    ['a/{b:int:min(3)}', '/api/a/4', { b: '4' }],
    ['a/{b:int:min(3)}', '/api/a/2', undefined],
    ['a/{b:regex(^\\d{{3}}$)}', '/api/a/123', { b: '123' }],
    ['a/{b:regex(^\\d{{3}}$)}', '/api/a/1234', undefined],
    ['a/{b}', '/api/a/%E2%82%AC%2Fx', { b: '€%2Fx' }],
    ['a/{b}', '/api/a/100%', { b: '100%' }],
  ])('"%s" at %s gives %j', (template, path, expected) => {
    expect(match(template, path)).toEqual(expected);
  });

  it('may have no prefix', () => {
    expect(matchRoute(parseRoute('', 'health'), '/health')).toEqual({});
  });

  it.each(['a{b}', '{a}{b}', '{*rest}/x', '{a:nothing}', '{a:min(x)}', '{a=1}'])('refuses "%s"', (template) => {
    expect(() => parseRoute('api', template)).toThrow();
  });
});

describe('23: a constraint', () => {
  it.each([
    ['int', undefined, ['0', '-7', '2147483647'], ['2147483648', '1.5', '', 'x']],
    ['long', undefined, ['9223372036854775807'], ['9223372036854775808']],
    ['guid', undefined, ['6f9619ff-8b86-d011-b42d-00c04fc964ff'], ['6f9619ff', 'x']],
    ['alpha', undefined, ['abcXYZ'], ['a1']],
    ['bool', undefined, ['true', 'False'], ['1']],
    ['datetime', undefined, ['2026-03-01', '2026-03-01T10:00:00Z'], ['tomorrow']],
    ['decimal', undefined, ['1.5', '-2'], ['1e3']],
    ['double', undefined, ['1.5', '1e3'], ['x']],
    ['float', undefined, ['.5'], ['']],
    ['length', '2', ['ab'], ['a', 'abc']],
    ['length', '2,3', ['ab', 'abc'], ['a', 'abcd']],
    ['minlength', '2', ['ab'], ['a']],
    ['maxlength', '2', ['ab'], ['abc']],
    ['min', '3', ['3'], ['2', 'x']],
    ['max', '3', ['3'], ['4']],
    ['range', '3,5', ['3', '5'], ['2', '6']],
    ['regex', '^[a-c]+$', ['abc', 'ABC'], ['abd']],
  ])('%s(%s)', (kind, argument, good, bad) => {
    const allows = constraintFor(kind, argument);

    expect(good.filter((value) => !allows(value))).toEqual([]);
    expect(bad.filter((value) => allows(value))).toEqual([]);
  });
});
