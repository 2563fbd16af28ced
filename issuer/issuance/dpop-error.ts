import { Refusal } from '@symbolon/schemas';

/** A DPoP proof that is refused (RFC 9449 section 5). */
export class DpopError extends Refusal<'invalid_dpop_proof'> {
  override readonly name = 'DpopError';

  constructor(message: string, options?: ErrorOptions) {
    super('invalid_dpop_proof', message, options);
  }
}
