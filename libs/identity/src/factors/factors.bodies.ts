import { Choice, Json, Text } from '#libs/http';
import { CODE_METHODS, type CodeMethod } from './factors.service.js';

export class FactorNameBody {
  @Text({ max: 100, example: 'Phone' })
  name!: string;
}

export class CodeBody {
  @Text({ max: 40, example: '123456' })
  code!: string;
}

export class ProofBody extends CodeBody {
  @Choice(CODE_METHODS)
  method!: CodeMethod;
}

/** What a browser has signed. */
export class SignedBody {
  // the name of a challenge, which belongs to whoever was asked: not an id that others have rows of
  @Text({ max: 36 })
  challenge!: string;
  @Json({ description: 'The PublicKeyCredential of navigator.credentials, as JSON' })
  response!: object;
}

export class NewPasskeyBody extends SignedBody {
  @Text({ max: 100, example: 'Laptop' })
  name!: string;
}
