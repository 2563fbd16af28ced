import * as v from 'valibot';

const HTTPS_OR_LOOPBACK =
  /^(?:https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?)(?:\/[\w.~!$&'()*+,;=:@%/-]*)?$/;

/** An https URL, or http on the loopback interface; lower-case host, no user, query or fragment. */
export const locationSchema = v.pipe(v.string(), v.maxLength(2048), v.regex(HTTPS_OR_LOOPBACK));

/** Standard base64 with padding, as `x5c` members are (RFC 7515 section 4.1.6). */
export const base64Schema = v.pipe(
  v.string(),
  v.maxLength(16_384),
  v.regex(
    /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/,
  ),
);

/** A compact JWS: three base64url parts (RFC 7515 section 7.1); size is limited by its place. */
export const compactJwsSchema = v.pipe(v.string(), v.regex(/^[\w-]+\.[\w-]+\.[\w-]+$/));
