import { Inject, Injectable } from '@nestjs/common';
import { type EventSource, PlatformTrail } from '#libs/audit';
import { isUuid, newId, NotFoundError, type PasskeySettings } from '#libs/context';
import { Directory, type DirectoryCall, type DirectoryRow } from '#libs/database';
import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { CodeRefusedError } from '../identity.errors.js';
import { type User, Users } from '../users/users.service.js';
import { Factors, PRODUCT_NAME } from './factors.service.js';
import { FACTOR } from '../identity.acts.js';

/** Name of the provider of where passkeys are good. */
export const PASSKEY_SETTINGS = Symbol('passkey settings');

/** What a browser is to sign, and the name of the challenge, to be sent back with it. */
export interface Challenge<Options> {
  readonly id: string;
  readonly options: Options;
}

const CHALLENGE_SECONDS = 300;

/** Passkeys (WebAuthn level 3): added, used as a second factor, and used alone to sign in. Each wants the person verified. */
@Injectable()
export class Passkeys {
  constructor(
    private readonly directory: Directory,
    private readonly trail: PlatformTrail,
    private readonly users: Users,
    private readonly factors: Factors,
    @Inject(PASSKEY_SETTINGS) private readonly settings: PasskeySettings,
    @Inject(PRODUCT_NAME) private readonly productName: string,
  ) {}

  /** What a browser is to make a passkey of. */
  async beginAdding(userId: string): Promise<Challenge<PublicKeyCredentialCreationOptionsJSON>> {
    const user = await this.users.find(userId);
    if (!user) throw new NotFoundError();
    const rows = await this.factors.rows(userId);
    const options = await generateRegistrationOptions({
      rpName: this.productName,
      rpID: this.settings.relyingParty,
      userName: user.email,
      userDisplayName: user.name,
      userID: Buffer.from(user.id),
      attestationType: 'none',
      excludeCredentials: rows.flatMap(({ credential_id: id }) => (id ? [{ id }] : [])),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { id: await this.open(userId, 'register', options.challenge), options };
  }

  /**
   * Adds the passkey that a browser has made.
   *
   * @returns its id, and codes to recover with where it is the first factor.
   * @throws {CodeRefusedError} where it is not for this challenge, this site or this person.
   */
  async add(
    userId: string,
    challengeId: string,
    name: string,
    response: unknown,
    source: EventSource,
  ): Promise<{ readonly id: string; readonly recoveryCodes: string[] }> {
    const challenge = await this.take(challengeId, userId, 'register');
    const found = await refusing(() =>
      verifyRegistrationResponse({
        response: response as RegistrationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: [...this.settings.origins],
        expectedRPID: this.settings.relyingParty,
      }),
    );
    if (!found.verified) throw new CodeRefusedError();
    const { id: credentialId, publicKey, counter, transports = [] } = found.registrationInfo.credential;
    const id = newId();
    const passkey = { credentialId, publicKey: Buffer.from(publicKey), counter, transports };
    return { id, recoveryCodes: await this.factors.add({ id, userId, kind: 'passkey', name, passkey }, source) };
  }

  /** What a browser is to sign as a second factor. */
  async beginStepUp(userId: string): Promise<Challenge<PublicKeyCredentialRequestOptionsJSON>> {
    const rows = await this.factors.rows(userId);
    const options = await generateAuthenticationOptions({
      rpID: this.settings.relyingParty,
      userVerification: 'required',
      allowCredentials: rows.flatMap(({ credential_id: id, transports }) =>
        id ? [{ id, transports: (transports ?? []) as AuthenticatorTransport[] }] : [],
      ),
    });
    return { id: await this.open(userId, 'step_up', options.challenge), options };
  }

  /** Uses a passkey as a second factor. @throws {CodeRefusedError} for every reason alike. */
  async stepUp(userId: string, challengeId: string, response: unknown, source: EventSource): Promise<void> {
    const challenge = await this.take(challengeId, userId, 'step_up');
    const used = credentialOf(response);
    const row = (await this.factors.rows(userId)).find(({ credential_id: id }) => id === used);
    if (!row?.public_key || row.counter === null) throw new CodeRefusedError();
    const { public_key, counter, transports } = row;
    const act = await this.useOf(userId, used, { public_key, counter, transports }, challenge, response);
    const event = { ...FACTOR.use, userId, details: { method: 'passkey' } } as const;
    if (!(await this.trail.perform(act, source, () => ({ event })))) throw new CodeRefusedError();
  }

  /** What a browser is to sign to sign somebody in; whose passkey it is, the answer says. */
  async beginSignIn(): Promise<Challenge<PublicKeyCredentialRequestOptionsJSON>> {
    const options = await generateAuthenticationOptions({
      rpID: this.settings.relyingParty,
      userVerification: 'required',
    });
    return { id: await this.open(null, 'sign_in', options.challenge), options };
  }

  /** Tells whose passkey has signed. @throws {CodeRefusedError} for every reason alike. */
  async authenticate(challengeId: string, response: unknown): Promise<User> {
    const challenge = await this.take(challengeId, null, 'sign_in');
    const used = credentialOf(response);
    const [row] = await this.directory.call('find_passkey', { wantedCredential: used });
    if (!row) throw new CodeRefusedError();
    if (!(await this.directory.call(...(await this.useOf(row.user_id, used, row, challenge, response)))))
      throw new CodeRefusedError();
    return { id: row.user_id, name: row.name, email: row.email };
  }

  /** The call that uses a passkey, whose signature has been checked; its counter decides. @throws {CodeRefusedError} */
  private async useOf(
    userId: string,
    credentialId: string,
    {
      public_key: publicKey,
      counter,
      transports,
    }: Pick<DirectoryRow<'find_passkey'>, 'public_key' | 'counter' | 'transports'>,
    challenge: string,
    response: unknown,
  ): Promise<DirectoryCall<'use_passkey'>> {
    const { verified, authenticationInfo } = await refusing(() =>
      verifyAuthenticationResponse({
        response: response as AuthenticationResponseJSON,
        expectedChallenge: challenge,
        expectedOrigin: [...this.settings.origins],
        expectedRPID: this.settings.relyingParty,
        credential: {
          id: credentialId,
          publicKey: new Uint8Array(publicKey),
          counter: Number(counter),
          transports: (transports ?? []) as AuthenticatorTransport[],
        },
      }),
    );
    if (!verified) throw new CodeRefusedError();
    return ['use_passkey', { usedCredential: credentialId, ofUser: userId, newCounter: authenticationInfo.newCounter }];
  }

  private async open(userId: string | null, kind: string, challenge: string): Promise<string> {
    const id = newId();
    await this.directory.call('open_challenge', {
      newId: id,
      forUser: userId,
      ofKind: kind,
      textToSign: challenge,
      seconds: CHALLENGE_SECONDS,
    });
    return id;
  }

  private async take(id: string, userId: string | null, kind: string): Promise<string> {
    const challenge = isUuid(id)
      ? await this.directory.call('take_challenge', { wantedId: id, ofUser: userId, ofKind: kind })
      : null;
    if (!challenge) throw new CodeRefusedError();
    return challenge;
  }
}

function credentialOf(response: unknown): string {
  const { id } = Object(response) as { id?: unknown };
  if (typeof id !== 'string' || id.length > 1_400) throw new CodeRefusedError();
  return id;
}

/** What the library throws says what was wrong with a signature, which is for nobody to know. */
async function refusing<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    throw new CodeRefusedError({ cause });
  }
}
