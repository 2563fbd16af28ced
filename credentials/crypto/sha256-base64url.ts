import { hashTexts } from '#crypto';

/** base64url of the SHA-256 of each text's UTF-8 bytes, in order: one call for a whole batch. */
export async function sha256Base64Url(texts: readonly string[]): Promise<string[]> {
  return hashTexts('sha-256', texts);
}
