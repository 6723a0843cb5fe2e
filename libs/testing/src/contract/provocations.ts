import { newId } from '#libs/context';
import jwt from 'jsonwebtoken';
import type { Call } from '../isolation/calls.js';
import { callWith, type HttpProof, idAt, missingId } from '../isolation/http-proof.js';
import { MEANINGS } from '../isolation/meanings.js';
import { type ApiDocument, type Operation, operationsOf } from '../isolation/operations.js';
import { PastPolicies } from '../isolation/past-policies.js';
import { type Person, ProofWorld } from '../isolation/proof-world.js';
import { Report } from '../isolation/report.js';
import { Wire } from '../wire.js';
import type { World } from '../world.js';

/** A request and whose token goes with it; undefined for none. */
interface Provocation {
  readonly call: Call;
  readonly token: string | undefined;
  /** What has to be done just before. Default nothing. */
  readonly before?: () => Promise<unknown>;
}

/** More than there are operations. */
const MAX_CONNECTIONS = 400;
/** Larger than any body that an operation takes. */
const TOO_LARGE = `{"padding":"${'x'.repeat(1_100_000)}"}`;
const STALE = '"v999999999"';

/**
 * Requests that operations refuse, made from the OpenAPI document: for each code that a guard, input validation or a header
 * implies, one for every operation that declares it.
 */
export class Provocations {
  private readonly people = new Map<string, Promise<Person>>();

  private constructor(
    private readonly world: World,
    readonly operations: readonly Operation[],
    readonly proof: HttpProof,
  ) {}

  /** Makes accounts in a world to try operations on. */
  static async in(world: World): Promise<Provocations> {
    const document = (await world.nobody.get('/openapi.json')).body as ApiDocument;
    const operations = operationsOf(document);
    const past = new PastPolicies(world.databases);
    const accounts = await ProofWorld.build(world, past);
    const wire = await Wire.to(world.app, MAX_CONNECTIONS);
    return new Provocations(world, operations, {
      wire,
      operations,
      world: accounts,
      meanings: MEANINGS,
      report: new Report(0),
    });
  }

  /** Sends the request that each operation refuses with a code. @throws {Error} where nothing is known to provoke the code */
  async provoke(code: string, declaring: readonly Operation[]): Promise<void> {
    for (const operation of declaring) {
      for (const made of await this.made(code, operation)) await this.send(made);
    }
  }

  /** Sends a request; what comes back is seen in the metrics of the application. A connection that is cut off is no error. */
  async send({ call, token, before }: Provocation): Promise<void> {
    await before?.();
    await this.proof.wire.send(call, token).catch(() => undefined);
  }

  /** The request that an operation would answer with success, but for what was done before. */
  wellFormed(operation: Operation): Provocation {
    const { world } = this.proof;
    const person = world.attacker;
    const call = callWith(this.proof, operation, (field) => idAt(this.proof, world.own, field, person), { person });
    return { call, token: operation.scope === 'public' ? undefined : person.token };
  }

  /** Ends what it has opened, but for the world. */
  async end(): Promise<void> {
    this.proof.wire.close();
    await this.proof.world.past.end();
  }

  private async made(code: string, operation: Operation): Promise<readonly Provocation[]> {
    const { proof } = this;
    const { world } = proof;
    const { call, token } = this.wellFormed(operation);
    const with_ = (headers: Record<string, string>) => ({ ...call, headers: { ...call.headers, ...headers } });
    switch (code) {
      case 'invalid_request':
        return [{ call: withQuery(call, 'no_such_field', '1'), token }];
      case 'invalid_cursor':
        return [{ call: withQuery(call, 'cursor', 'nonsense'), token }];
      case 'body_too_large':
        return [{ call: { ...with_({ 'content-type': 'application/json' }), body: TOO_LARGE }, token }];
      case 'unsupported_media_type':
        return [{ call: { ...with_({ 'content-type': 'text/plain' }), body: 'x' }, token }];
      case 'unauthenticated':
        return [{ call, token: undefined }];
      case 'account_moved':
        return [{ call, token: this.inUnknownCell() }];
      case 'account_not_entered':
        return [{ call, token: world.arrivals.signedIn }];
      case 'workspace_not_entered':
        return [{ call, token: world.arrivals.inAccount }];
      case 'permission_missing':
        return [{ call, token: (await this.personOf('nobody', () => this.withoutPermissions())).token }];
      case 'account_read_only': {
        const { stage, token: owner } = await world.readOnly();
        return [{ call: callWith(proof, operation, (field) => idAt(proof, stage, field)), token: owner }];
      }
      case 'not_found':
        return [
          {
            call: callWith(proof, operation, () => missingId(), { fields: { problem: 'no-such-problem' } }),
            token,
          },
          ...(operation.scope === 'workspace'
            ? [{ call, token: (await this.personOf('gone', () => this.shutOut())).token }]
            : []),
        ];
      case 'precondition_required': {
        const { 'if-match': _, ...headers } = call.headers;
        return [{ call: { ...call, headers }, token }];
      }
      case 'precondition_failed': {
        const stage = await world.stage(world.acme);
        const owner = await world.person(stage, 'owner');
        const given = await proof.meanings.given[operation.handler]?.(world, owner, stage);
        const headers = { 'if-match': STALE };
        const stale = callWith(proof, operation, (field) => idAt(proof, stage, field, owner), { headers, ...given });
        return [{ call: stale, token: owner.token }];
      }
      case 'idempotency_key_reused': {
        const key = { 'idempotency-key': newId() };
        const person = await world.person(world.own, 'owner');
        const given = await proof.meanings.given[operation.handler]?.(world, person, world.own);
        const first = callWith(proof, operation, (field) => idAt(proof, world.own, field, person), {
          ...given,
          headers: key,
        });
        return [
          { call: first, token: person.token },
          { call: { ...first, body: changed(first.body) }, token: person.token, before: () => this.makeOwner(person) },
        ];
      }
      default:
        throw new Error(`Nothing is known to provoke ${code}. Add it to libs/testing/src/contract/provocations.ts`);
    }
  }

  private personOf(what: string, make: () => Promise<Person>): Promise<Person> {
    const known = this.people.get(what) ?? make();
    this.people.set(what, known);
    return known;
  }

  /** Somebody at work in a workspace whose role has no permission but those that every role has. */
  private async withoutPermissions(): Promise<Person> {
    const { own, past } = this.proof.world;
    const role = await own.account.addRole('Nothing', ['workspaces.read']);
    const person = await this.proof.world.person(own, role);
    // after they have entered the workspace, which needs the permission
    const text = "update custom_roles set permissions = '{}' where account_id = $1 and id = $2";
    await past.rows(own.account.place.cell, text, [own.account.id, role.customRoleId]);
    return person;
  }

  /** Makes somebody an owner again who may have handed that on. */
  private makeOwner({ userId }: Person): Promise<unknown> {
    const { account } = this.proof.world.own;
    const text = "update members set role = 'owner' where account_id = $1 and user_id = $2";
    return this.proof.world.past.rows(account.place.cell, text, [account.id, userId]);
  }

  /** Somebody who had entered a workspace and may enter it no more. */
  private async shutOut(): Promise<Person> {
    const { world } = this.proof;
    const person = await world.person(world.own, 'developer');
    const text = "update members set access = 'named' where account_id = $1 and user_id = $2";
    await world.past.rows(world.own.account.place.cell, text, [world.own.account.id, person.userId]);
    return person;
  }

  /** The attacker's token, for a cell that the installation does not have. */
  private inUnknownCell(): string {
    const [signing] = this.world.tokens.keys;
    if (!signing) throw new Error('The application has no key that signs tokens.');
    const claims = jwt.decode(this.proof.world.attacker.token) as Record<string, unknown>;
    const header = { alg: 'HS256', typ: 'at+jwt' } as jwt.JwtHeader;
    return jwt.sign({ ...claims, cell: 'nowhere-1' }, signing.key, { keyid: signing.id, header });
  }
}

function withQuery(call: Call, name: string, value: string): Call {
  return { ...call, path: `${call.path}${call.path.includes('?') ? '&' : '?'}${name}=${value}` };
}

/** A body that differs in one text or number. */
function changed(body = '{}'): string {
  const fields = JSON.parse(body) as Record<string, unknown>;
  const [name, value] = Object.entries(fields).find(([, one]) => ['string', 'number'].includes(typeof one)) ?? ['', ''];
  return JSON.stringify({ ...fields, [name]: typeof value === 'number' ? value + 1 : `${String(value)}.` });
}
