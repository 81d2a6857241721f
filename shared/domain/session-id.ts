// A session id carries the correlation id it belongs to, so that whoever holds it finds the history without a look-up:
// `<correlation id>.<11 random base64url characters>`.

const RANDOM_BYTES = 8;
const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{11}$/;

export const makeSessionId = (correlationId: string, randomBytes: Uint8Array): string => {
  if (randomBytes.length !== RANDOM_BYTES) throw new RangeError(`a session id takes ${RANDOM_BYTES} random bytes`);
  const suffix = btoa(String.fromCharCode(...randomBytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '');
  return `${correlationId}.${suffix}`;
};

/** `undefined` when the text is not a session id of ours. */
export const correlationIdOf = (sessionId: string): string | undefined => SHAPE.exec(sessionId)?.[1];
