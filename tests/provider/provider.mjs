// A real OpenID provider for the tests: node-oidc-provider with one client, whose people sign in by typing their address.
// Started with the address of the client's pages; prints its own address. GET /turn?… changes what it says of people.
import http from 'node:http';
import Provider from 'oidc-provider';

const [back, secret] = process.argv.slice(2);
let said = { email_verified: true };
const server = http.createServer((request, response) => answer(request, response));
let answer = () => {};
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'sekisho', client_secret: secret, redirect_uris: [back], response_types: ['code'], grant_types: ['authorization_code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'upn'] },
    conformIdTokenClaims: false, // claims stand in the ID token itself
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['of the tests alone'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, email: sub, upn: sub, ...said }) }),
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  const callback = provider.callback();
  answer = async (request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname === '/turn') {
      said = JSON.parse(url.searchParams.get('said'));
      response.end('ok');
    } else if (url.pathname.startsWith('/interaction/')) {
      await interact(provider, request, response);
    } else callback(request, response);
  };
  console.log(issuer);
});

async function interact(provider, request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Provider</title><form method="post"><label>Address <input name="login"></label><button>Go on</button><button name="refuse" value="yes">No</button></form>`);
    return;
  }
  let body = '';
  for await (const piece of request) body += piece;
  const form = new URLSearchParams(body);
  if (form.get('refuse')) {
    await provider.interactionFinished(request, response, { error: 'access_denied' }, { mergeWithLastSubmission: false });
    return;
  }
  const accountId = form.get('login');
  const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
