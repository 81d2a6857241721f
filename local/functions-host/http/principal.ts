/** A user as the platform's authentication would tell the app. */
export interface EasyAuthUser {
  id: string;
  name: string;
  identityProvider: string;
  claims?: { typ: string; val: string }[];
}

/** What happens to the headers that only the platform may set: removed, passed on, or set for one user. */
export type Principal = 'strip' | 'pass' | EasyAuthUser;

const PREFIX = 'x-ms-client-principal';

export const applyPrincipal = (headers: Record<string, string>, principal: Principal): Record<string, string> => {
  if (principal === 'pass') return headers;
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(PREFIX)));
  if (principal === 'strip') return others;
  const { id, name, identityProvider, claims = [] } = principal;
  const document = { auth_typ: identityProvider, claims, name_typ: 'name', role_typ: 'roles' };
  return {
    ...others,
    [PREFIX]: Buffer.from(JSON.stringify(document)).toString('base64'),
    [`${PREFIX}-id`]: id,
    [`${PREFIX}-name`]: name,
    [`${PREFIX}-idp`]: identityProvider,
  };
};
