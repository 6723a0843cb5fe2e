import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

// An authenticator as WebAuthn level 3 has it, in software: it makes ES256 keys, counts, and signs for one origin.

const ORIGIN = 'http://localhost:3000';
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** What a test may have an authenticator do wrong. */
export interface Misbehaviour {
  readonly origin?: string;
  readonly domain?: string;
  /** A flag byte without bit 2 has not verified the person. */
  readonly verified?: boolean;
  /** Counts from here again, as a copy would. */
  readonly counter?: number;
}

/** Makes and uses passkeys of one device. */
export class SoftAuthenticator {
  private readonly keys = new Map<string, { key: KeyObject; counter: number }>();

  /** What `navigator.credentials.create` gives, as JSON. */
  create(options: { challenge: string; rp: { id?: string } }, wrong: Misbehaviour = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(32);
    this.keys.set(b64(id), { key: privateKey, counter: 0 });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    // COSE: EC2, ES256, P-256 (RFC 9053 §2.1)
    const cose = Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
      Buffer.from(x, 'base64url'),
      Buffer.from([0x22, 0x58, 0x20]),
      Buffer.from(y, 'base64url'),
    ]);
    const authData = Buffer.concat([
      this.head(wrong.domain ?? options.rp.id ?? '', 0x41 | (wrong.verified === false ? 0 : 0x04), 0),
      Buffer.alloc(16),
      Buffer.from([0, id.length]),
      id,
      cose,
    ]);
    // {"fmt": "none", "attStmt": {}, "authData": …}
    const attestation = Buffer.concat([
      Buffer.from([0xa3, 0x63, ...Buffer.from('fmt'), 0x64, ...Buffer.from('none')]),
      Buffer.from([0x67, ...Buffer.from('attStmt'), 0xa0]),
      Buffer.from([0x68, ...Buffer.from('authData'), 0x59, authData.length >> 8, authData.length & 0xff]),
      authData,
    ]);
    return {
      id: b64(id),
      rawId: b64(id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: b64(this.clientData('webauthn.create', options.challenge, wrong.origin)),
        attestationObject: b64(attestation),
        transports: ['internal'],
      },
    };
  }

  /** What `navigator.credentials.get` gives, as JSON. */
  get(options: { challenge: string; rpId?: string }, wrong: Misbehaviour = {}) {
    const [id, held] = [...this.keys][0] ?? [];
    if (!id || !held) throw new Error('This authenticator has no passkey.');
    held.counter = wrong.counter ?? held.counter + 1;
    const flags = 0x01 | (wrong.verified === false ? 0 : 0x04);
    const authData = this.head(wrong.domain ?? options.rpId ?? '', flags, held.counter);
    const clientData = this.clientData('webauthn.get', options.challenge, wrong.origin);
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(clientData)]))
      .sign(held.key);
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: b64(clientData), authenticatorData: b64(authData), signature: b64(signature) },
    };
  }

  private head(domain: string, flags: number, counter: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(domain), Buffer.from([flags]), count]);
  }

  private clientData(type: string, challenge: string, origin = ORIGIN): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }
}
