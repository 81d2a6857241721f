import type { TokenCredential } from '@azure/core-auth';

/**
 * For the SDKs that call over HTTP. They renew a token in the background, and when that has failed until the token's end,
 * the error is nobody's and ends the process. Told that each token ends at once they ask before every call, and it is the
 * call that fails. So the credential has to remember its tokens.
 */
export const tokenPerCall = (credential: TokenCredential): TokenCredential => ({
  getToken: async (scopes, options) => {
    const token = await credential.getToken(scopes, options);
    return token && { token: token.token, expiresOnTimestamp: 0 };
  },
});
