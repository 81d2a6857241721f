// The sign-in page: a list of people to click. There are no passwords; this is for development.

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Provider } from 'oidc-provider';

import type { Tenant } from './configuration.ts';

export const handleSignIn = async (
  request: IncomingMessage,
  response: ServerResponse,
  tenant: Tenant,
  provider: Provider,
): Promise<void> => {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page(tenant));
    return;
  }
  const oid = new URLSearchParams(await readText(request)).get('oid');
  if (oid === null || !tenant.people.some((person) => person.oid === oid)) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
    response.end('Nobody has this id in this tenant.');
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: oid } });
};

const page = ({ name, people }: Tenant): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in to ${escape(name)}</title>
<style>
  body { font: 1rem/1.5 system-ui; max-width: 32rem; margin: 3rem auto; padding: 0 1rem }
  button { font: inherit; width: 100%; text-align: start; margin: .25rem 0; padding: .5rem 1rem }
  small { display: block }
</style>
<h1>Sign in to ${escape(name)}</h1>
<p>Who are you? (Development only: there are no passwords.)</p>
<form method="post">
${people.map(choice).join('\n')}
</form>
</html>
`;

const choice = ({ oid, name, scopes }: Tenant['people'][number]): string =>
  `<button name="oid" value="${escape(oid)}">${escape(name)} <small>${escape(scopes.join(', ') || 'no permissions')}</small></button>`;

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)!};`);

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
