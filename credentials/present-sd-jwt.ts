import type { ClaimPath, JsonObject, JsonValue } from '@symbolon/schemas';
import { CredentialError } from './error.ts';
import { isJsonObject } from './jose/parse-json.ts';
import { createKeyBindingJwt, type KeyBinding } from './sd-jwt/create-key-binding.ts';
import { hashAlgorithmOf } from './sd-jwt/hash-algorithm.ts';
import { type DisclosedPath, processPayload } from './sd-jwt/process-payload.ts';
import { splitSdJwt } from './sd-jwt/split-sd-jwt.ts';

/** What a holder shows, and to whom. */
export type SdJwtPresentation = {
  /** The credential as received, with every disclosure. */
  readonly compact: string;
  /**
   * The claims to show. A claim is shown whole, with what is disclosable inside it, and with what it
   * stands in. Nothing else that could be left out is shown.
   */
  readonly disclose: readonly ClaimPath[];
  readonly keyBinding: KeyBinding;
};

/**
 * Creates an SD-JWT+KB out of a credential that the holder verified when it came.
 *
 * @throws {@link CredentialError} `claim_unknown` when the credential has no such claim; `malformed`
 *   and others when it is damaged; `key_binding_unexpected` when it is a presentation already.
 * @see RFC 9901 section 7.2
 */
export async function presentSdJwt(presentation: SdJwtPresentation): Promise<string> {
  const { compact, disclose, keyBinding } = presentation;
  const { jws, disclosures, keyBindingJwt } = splitSdJwt(compact);
  if (keyBindingJwt !== undefined) {
    throw new CredentialError('key_binding_unexpected', 'this is a presentation, not a credential');
  }
  const { payload, disclosedPaths } = await processPayload(jws.payload, disclosures);
  for (const path of disclose) checkExists(payload, path);
  const shown = disclosures.filter((_, index) => {
    const disclosed = disclosedPaths[index] ?? [];
    return disclose.some((path) => isOnTheWay(disclosed, path));
  });
  const jwt = compact.slice(0, compact.indexOf('~') + 1);
  const sdJwt = jwt + shown.map((disclosure) => `${disclosure}~`).join('');
  return sdJwt + (await createKeyBindingJwt(sdJwt, hashAlgorithmOf(jws.payload), keyBinding));
}

/** Whether a disclosure is needed for a path: it stands on the way to it, or inside what is there. */
function isOnTheWay(disclosed: DisclosedPath, path: ClaimPath): boolean {
  return disclosed.every((step, at) => {
    const asked = path[at];
    return at >= path.length || asked === step || (asked === null && typeof step === 'number');
  });
}

function checkExists(payload: JsonObject, path: ClaimPath): void {
  let values: readonly JsonValue[] = [payload];
  for (const step of path) values = values.flatMap((value) => select(value, step));
  if (path.length > 0 && values.length > 0) return;
  throw new CredentialError('claim_unknown', 'the credential has no such claim to show');
}

/** What a step of a path selects (OpenID4VP 1.0 section 7.1). */
function select(value: JsonValue, step: string | number | null): readonly JsonValue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!isJsonObject(value)) return step === null ? value : value.filter((_, at) => at === step);
  const member = typeof step === 'string' && Object.hasOwn(value, step) ? value[step] : undefined;
  return member === undefined ? [] : [member];
}
