import { createHmac, timingSafeEqual } from 'node:crypto';

export type AccessKeys = Readonly<Record<string, string>>;

export const defaultAccessKeys: AccessKeys = { RootManageSharedAccessKey: 'SAS_KEY_VALUE' };

/** Why a token is not accepted; undefined when it is. */
export const whyRefused = (token: string, type: unknown, keys: AccessKeys): string | undefined => {
  if (type === 'jwt') return undefined; // identities are checked by the services that issue and use them, not here
  try {
    return whySignatureRefused(token, keys);
  } catch {
    return 'The token could not be read.';
  }
};

const whySignatureRefused = (token: string, keys: AccessKeys): string | undefined => {
  const fields = new Map(
    token
      .replace(/^SharedAccessSignature\s+/, '')
      .split('&')
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)] as const;
      }),
  );
  const field = (name: string): string => fields.get(name) ?? '';
  const key = keys[decodeURIComponent(field('skn'))];
  if (key === undefined) return 'The key name is not known.';
  const signed = createHmac('sha256', key)
    .update(`${field('sr')}\n${field('se')}`, 'utf8')
    .digest();
  const signature = Buffer.from(decodeURIComponent(field('sig')), 'base64');
  if (signature.length !== signed.length || !timingSafeEqual(signature, signed)) return 'The signature is invalid.';
  // Clients date their tokens with the time of their process, not with a clock that a test holds.
  if (!(Number(field('se')) * 1000 > Date.now())) return 'The token has expired.';
  return undefined;
};
