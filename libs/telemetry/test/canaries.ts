// Some are put together, so that whoever looks for secrets in the sources finds none.

/** A secret of no known form: only its name tells. */
export const TOKEN = 'zebra quilt 77';

const R43 = 'Qm9zc2FOb3ZhLTE5NjItQW50b25pby1DYXJsb3M3eQ0';
const HEX64 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const UUID = '01a2035b-29cb-71e1-ae1e-fe2db20b3a9e';
const JWT = `eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIn0.eyJzdWIiOiIwMWEyIn0.${R43}${R43}`;

/** Texts by kind: what is said, and then what of it must be gone. */
export const BY_PATTERN: Readonly<Record<string, readonly [text: string, ...canaries: string[]]>> = {
  'mail address': ['Mina.Okafor@northlight.example', 'Okafor', 'northlight'],
  'mail address with a plus sign': ['write to mina+billing@northlight.example now', 'mina+billing'],
  'mail address in brackets': ['"Mina" <mina@northlight.example>', 'mina@'],
  'mail address in other letters': ['почта@пример.рф', 'почта'],
  'mail address, encoded': ['/v1/x?to=mina%40northlight.example', 'mina%40', 'northlight'],
  'mailto link': ['mailto:mina@northlight.example?subject=x', 'mina@'],
  JWT: [JWT, R43, 'eyJzdWIi'],
  'JWT without signature': ['eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMWEyIn0.', 'eyJzdWIi'],
  'encrypted JWT': [`eyJhbGciOiJSU0EtT0FFUCJ9.${R43}.abc.def.ghiJKLm`, R43, 'ghiJKLm'],
  'bearer token': ['Authorization: Bearer 7fGhq2-opaque_token~1', '7fGhq2'],
  'bearer token, lower case': ['authorization: bearer 7fGhq2-opaque_token~1', '7fGhq2'],
  'basic credentials': ['Authorization: Basic bWluYTpwYXNzd29yZA==', 'bWluYTpw'],
  'digest credentials': ['got Digest zq8ab7c6d5e4f3a2b1c0', 'zq8ab7c6'],
  'header in JSON': ['{"authorization":"Token zq12ab34cd"}', 'zq12ab34cd'],
  'API key, live': [`bh_sk_live_${R43}_c4f2`, R43],
  'API key, test': [`bh_sk_test_${R43}`, R43],
  'refresh token': [`bh_rt_${UUID}_${R43}.tagtagtagtagtagtagtagt`, R43],
  'mailed token': [`bh_vt_${UUID}_${R43}`, R43],
  'invitation token': [`bh_iv_${UUID}_${UUID}_${R43}`, R43],
  'session cookie': [`__Host-session=${UUID}.${R43}; Path=/; Secure`, R43],
  'cookie header': ['cookie: theme=dark; sid=s%3Aabcdef0123', 'abcdef0123'],
  'set-cookie header': ['Set-Cookie: sid=abcdef0123; HttpOnly', 'abcdef0123'],
  'CSRF header': ['x-csrf-token: qz19ac-77be', 'qz19ac'],
  'webhook secret': ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'MfKQ9r8G'],
  'connection string': ['postgresql://bulkhead_app:s3cr3t@db.example:5432/cell', 's3cr3t', 'bulkhead_app'],
  'connection string whose password has an @': ['postgresql://app:p@ss@db.example/cell', 'p@ss', 'app:'],
  'connection string, redis': ['redis://:hunter22@cache:6379/0', 'hunter22'],
  'connection string, smtp': ['smtps://mailer:letmein99@smtp.example:465', 'letmein99'],
  'connection string by words': ['host=db user=app password=s3cr3t dbname=cell', 's3cr3t'],
  'connection string of ODBC': ['Server=db;Uid=app;Pwd=s3cr3t;', 's3cr3t'],
  'password in a query': ['POST /login?password=s3cr3t&x=1', 's3cr3t'],
  'password in JSON': ['{"password":"s3cr3t-horse"}', 's3cr3t'],
  'password in a sentence': ['password: s3cr3t-horse was refused', 's3cr3t'],
  'password in code': ["{ password: 's3cr3t-horse' }", 's3cr3t'],
  passphrase: ['passphrase=correct-horse', 'correct-horse'],
  'token in a query': ['/reset?token=abc123def&next=/', 'abc123def'],
  'code in a query': ['/callback?code=Splx10BeZQ&state=af0ifjsldkj', 'Splx10', 'af0ifj'],
  'signature in a query': ['/file?sig=q1w2e3r4&x=2', 'q1w2e3r4'],
  'client secret': ['client_secret=zq9f8e7d6c', 'zq9f8e7d6c'],
  'API key by words': ['api_key=zq9f8e7d6c5b', 'zq9f8e7d6c5b'],
  'password hash, Argon2': ['$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g', 'aGFzaGhhc2g'],
  'password hash, bcrypt': ['$2b$12$KIXQ4H3bH0z5rO7rVfZcOe', 'KIXQ4H3b'],
  'private key': [`-----BEGIN ${'PRIVATE'} KEY-----\nMC4CAQAwBQYDK2VwBCIE\n-----END ${'PRIVATE'} KEY-----`, 'MC4CAQAw'],
  'private key, cut off': [`-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIEowIBAAKCAQEA`, 'MIIEowIB'],
  'TOTP address': ['otpauth://totp/Bulkhead:mina?secret=JBSWY3DPEHPK3PXP&issuer=B', 'JBSWY3DP'],
  'signed context': [`v1.k1.user.1795000000000.4711.${HEX64}`, HEX64],
  'key of 32 bytes in base64': [`loaded ${R43}=`, R43],
  'key of 32 bytes in hex': [`key ${HEX64}`, HEX64],
  'AWS access key': [`AKIA${'IOSFODNN7EXAMPLE'}`, 'IOSFODNN7'],
  'GitHub token': [`ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`, '16C7e42F'],
  'GitLab token': ['glpat-abcDEF123456ghiJKL78', 'abcDEF123456'],
  'Slack token': ['xoxb-123456789012-abcdefABCDEF', '123456789012'],
  'Stripe key': [`sk_live_${'4eC39HqLyjWDarjtT1zdp7dc'}`, '4eC39Hq'],
  'Paddle key': ['pdl_live_apikey_01gtgztp8f4kek3yd4g1wrksa3_q6TGTJyvoIz7LDtXT65bX7_AQO', 'q6TGTJyv'],
  'Google key': ['AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY', 'SyD-9tSrke'],
  'password in quotes': ['password="a;b c, horse"', 'horse', 'a;b'],
  'password of words in JSON': ['{"password":"correct horse battery"}', 'correct', 'horse', 'battery'],
  'key with slashes': ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYzHR5pkq7Kfl2', 'wJalrXUtn', 'bPxRfi'],
  'web hook of a chat': ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX', 'XXXXXXXX'],
  'mail address in quotes': ['"john doe"@example.com', 'john doe'],
  'mail address with marks': ['user@उदाहरण.भारत', 'उदाहरण'],
  'mail address, full width': ['user＠example.com', 'user＠'],
  'mail address, escaped': ['user\\u0040example.com', 'example.com'],
  'npm token': ['npm_4NGHFx0bVbXq7v0c2mJt4Cqk7R5aTz3bYw1x', '4NGHFx0b'],
};

/** Names of fields, by kind: whatever stands there must be gone. */
export const BY_NAME: Readonly<Record<string, string>> = {
  password: 'password',
  'new password': 'new_password',
  'current password': 'currentPassword',
  secret: 'secret',
  'webhook secret': 'webhook-secret',
  'access token': 'access_token',
  'refresh token': 'refreshToken',
  authorization: 'Authorization',
  cookie: 'Cookie',
  'set-cookie': 'set-cookie',
  'API key': 'api_key',
  'x-api-key': 'X-Api-Key',
  'private key': 'privateKey',
  'signing key': 'signing_key',
  credential: 'credentials',
  'connection string': 'connectionString',
  DSN: 'dsn',
  'database URL': 'DATABASE_URL',
  JWT: 'id_jwt',
  'recovery codes': 'recovery_codes',
  'one-time code': 'code',
  TOTP: 'totp',
  CSRF: 'csrfToken',
  signature: 'signature',
  'mail address': 'email',
  'mail recipient': 'to',
  challenge: 'challenge',
};

/** The canary of a kind, as it must not come out. */
export function canaryOf(kind: string): string {
  return BY_PATTERN[kind]?.[0] ?? '';
}
