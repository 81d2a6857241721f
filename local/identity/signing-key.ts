// The key that signs tokens: made at the first start, kept with the data, so that tokens outlive a restart.

import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { exportJWK, type JWK } from 'jose';
import * as z from 'zod';

const storedKeySchema = z.looseObject({ kid: z.string(), kty: z.literal('RSA'), d: z.string() });

export const loadSigningKey = async (dataDir: string | undefined): Promise<JWK & { kid: string }> => {
  if (dataDir === undefined) return makeSigningKey();
  const file = join(dataDir, 'signing-key.json');
  if (existsSync(file)) return storedKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')));

  const key = await makeSigningKey();
  mkdirSync(dataDir, { recursive: true });
  // Whole or not at all, also when the process ends meanwhile.
  writeFileSync(`${file}.new`, JSON.stringify(key), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
};

const makeSigningKey = async (): Promise<JWK & { kid: string }> => ({
  ...(await exportJWK(makePrivateKey())),
  kid: randomUUID(),
  alg: 'RS256',
  use: 'sig',
});

export const makePrivateKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
