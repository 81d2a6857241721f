import { correlationIdOf, makeSessionId } from '../../../shared/domain/session-id.ts';
import { fc } from './support/fast-check.ts';
import { correlationId } from './support/histories.ts';

describe('a session id', () => {
  it('gives back the correlation id that it was made from', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ minLength: 8, maxLength: 8 }), (correlationId, randomBytes) => {
        const sessionId = makeSessionId(correlationId, randomBytes);

        expect(sessionId).toMatch(/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{11}$/);
        expect(correlationIdOf(sessionId)).toBe(correlationId);
      }),
    );
  });

  it('writes its bytes as base64url', () => {
    expect(makeSessionId(correlationId, new Uint8Array([255, 254, 253, 251, 239, 190, 0, 62]))).toBe(
      `${correlationId}.__79----AD4`,
    );
  });

  it('takes eight bytes and no others', () => {
    expect(() => makeSessionId(correlationId, new Uint8Array(7))).toThrow(RangeError);
  });

  it.each([
    '',
    correlationId,
    `${correlationId}.short`,
    `${correlationId}.abcdefghijkl`,
    `${correlationId}.abcdefghij=`,
    `${correlationId.toUpperCase()}.abcdefghijk`,
    ` ${correlationId}.abcdefghijk`,
    `${correlationId}.abcdefghijk\n`,
  ])('is not %j', (text) => {
    expect(correlationIdOf(text)).toBeUndefined();
  });
});
