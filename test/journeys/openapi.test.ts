import { undocumented } from './openapi.ts';

const health = (answer: { status?: number; contentType?: string; body?: unknown }) =>
  undocumented('GET', '/api/health', {
    status: 200,
    contentType: 'application/json',
    body: { status: 'up' },
    ...answer,
  });

describe('holding answers against the OpenAPI document', () => {
  it('finds an undocumented status, type and field, and nothing in a right answer', () => {
    expect(health({})).toBeUndefined();
    expect(health({ status: 418 })).toContain('418');
    expect(health({ contentType: 'text/html' })).toContain('text/html');
    expect(health({ body: { status: 'up', secret: 1 } })).toContain('additional properties');
    expect(health({ body: {} })).toContain('required');
  });
});
