import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Endpoint, isLocal, Resource } from '#libs/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LocalNotice } from './home.controller.js';
import { DemoSignInsView } from './demo-sign-in.views.js';

/** Path of the script that adds a sign-in for the people of the demo to `/docs`. */
export const DEMO_SIGN_IN_SCRIPT = '/demo/sign-in.js';

const REASON = 'it serves the demo only, and only requests from this machine';

/** A sign-in for the people of the demo at `/docs`. Only the machine that the demo runs on is answered. */
@Resource('demo', 'The sign-ins of the demo, on the machine that it runs on.')
@Controller('demo')
export class DemoSignInController {
  constructor(private readonly local: LocalNotice) {}

  @Get('sign-ins')
  @Header('Cache-Control', 'no-store')
  @Endpoint({
    summary: 'List the people of the demo, with their password',
    scope: 'public',
    reason: REASON,
    returns: DemoSignInsView,
    refuses: [NotFoundError],
  })
  list(@Req() request: FastifyRequest): DemoSignInsView {
    return this.require(request);
  }

  @Get('sign-in.js')
  @Header('Cache-Control', 'no-store')
  @Endpoint({
    summary: 'Get the script of the demo sign-in at /docs',
    scope: 'public',
    reason: REASON,
    streams: ['text/javascript'],
    refuses: [NotFoundError],
  })
  script(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    this.require(request);
    reply.type('text/javascript; charset=utf-8');
    return SCRIPT;
  }

  /** Nobody, until the demo is loaded. */
  private require(request: FastifyRequest): DemoSignInsView {
    if (!isLocal(request)) throw new NotFoundError();
    return this.local.demo ?? { password: null, people: [] };
  }
}

// runs in a browser, beside Swagger UI, which calls itself window.ui
const SCRIPT = `(async () => {
  const bar = document.createElement('form');
  bar.style.cssText = 'font:14px sans-serif;padding:12px 20px;background:#f2f2f7;display:flex;gap:12px;align-items:center';
  const status = document.createElement('span');
  status.setAttribute('role', 'status');
  const choice = (label) => {
    const named = document.createElement('label');
    const select = document.createElement('select');
    named.append(label, ' ', select);
    bar.append(named);
    return select;
  };
  const option = (select, value, text) => select.append(Object.assign(document.createElement('option'), { value, textContent: text }));
  const ask = async (method, path, token, body) => {
    const answer = await fetch(path, {
      method,
      headers: { ...(token && { Authorization: 'Bearer ' + token }), ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.detail);
    return found;
  };
  const use = (token, text) => {
    window.ui.preauthorizeApiKey('bearer', token);
    status.textContent = text;
  };
  const { password, people } = await ask('GET', '/demo/sign-ins');
  if (!people.length) return;
  const person = choice('Sign in as');
  option(person, '', 'nobody');
  for (const [index, { email, role, account }] of people.entries()) option(person, index, email + ' (' + role + ', ' + account + ')');
  const workspace = choice('in workspace');
  bar.append(status);
  document.body.prepend(bar);
  let token, account;
  const trying = (work) => () => work().catch((error) => { status.textContent = error.message; });
  person.addEventListener('change', trying(async () => {
    workspace.replaceChildren();
    if (!person.value) return use('', 'No token');
    const { email, account: wanted } = people[person.value];
    const signedIn = await ask('POST', '/v1/sessions', undefined, { email, password });
    const { items: accounts } = await ask('GET', '/v1/me/accounts', signedIn.access_token);
    account = accounts.find(({ name }) => name === wanted) ?? accounts[0];
    token = (await ask('POST', '/v1/me/accounts/' + account.account_id + '/enter', signedIn.access_token)).access_token;
    option(workspace, '', 'none');
    const { items } = await ask('GET', '/v1/account/workspaces?limit=100', token);
    for (const { id, name } of items) option(workspace, id, name);
    use(token, 'In the account ' + account.name);
  }));
  workspace.addEventListener('change', trying(async () => {
    const place = workspace.value ? '/v1/account/workspaces/' + workspace.value : '/v1/me/accounts/' + account.account_id;
    token = (await ask('POST', place + '/enter', token)).access_token;
    use(token, workspace.value ? 'In the workspace ' + workspace.selectedOptions[0].textContent : 'In the account ' + account.name);
  }));
})();
`;
