import { parseJson } from '@symbolon/credentials/jose';
import {
  type CredentialOffer,
  MAX_CREDENTIAL_OFFER_BYTES,
  parseCredentialOffer,
} from '@symbolon/schemas/openid4vci';
import { WalletError } from '../error.ts';

/** An offer as it reaches the wallet: itself, or where to fetch it. */
export type OfferUri =
  | { readonly kind: 'value'; readonly offer: CredentialOffer }
  | { readonly kind: 'reference'; readonly url: string };

/** Escaped, an offer by value takes at most three characters for each of its bytes. */
const MAX_OFFER_URI_BYTES = 3 * MAX_CREDENTIAL_OFFER_BYTES + 100;

const MAX_DEPTH = 16;

/**
 * Parses an offer URI: `openid-credential-offer://` with exactly one of `credential_offer` and
 * `credential_offer_uri`.
 *
 * @throws {@link WalletError} `offer_malformed`; ParseError and CredentialError for the offer in it.
 * @see [OpenID4VCI 1.0 section 4.1](https://openid.net/specs/openid-4-verifiable-credential-issuance-1_0.html#section-4.1)
 */
export function parseOfferUri(text: string): OfferUri {
  if (text.length > MAX_OFFER_URI_BYTES) throw malformed('it is too long');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'openid-credential-offer:') {
    throw malformed("expected a URI that begins with 'openid-credential-offer://'");
  }
  const values = url.searchParams.getAll('credential_offer');
  const references = url.searchParams.getAll('credential_offer_uri');
  if (values.length + references.length !== 1) {
    throw malformed("expected exactly one of 'credential_offer' and 'credential_offer_uri'");
  }
  const [reference] = references;
  if (reference !== undefined) return { kind: 'reference', url: reference };
  return { kind: 'value', offer: parseOfferText(values[0] ?? '') };
}

function parseOfferText(text: string): CredentialOffer {
  return parseCredentialOffer(
    parseJson(text, { maxBytes: MAX_CREDENTIAL_OFFER_BYTES, maxDepth: MAX_DEPTH }),
  );
}

function malformed(why: string): WalletError {
  return new WalletError('offer_malformed', `this is not a credential offer: ${why}`, {
    hint: 'give the offer as the authority printed it: its URI, a file with it, or a picture of its QR code',
  });
}
