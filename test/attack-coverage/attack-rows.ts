/** A row of the attack checklist; `notBuilt` says which part it waits for. */
export type AttackRow = {
  readonly number: number;
  readonly target: string;
  readonly attack: string;
  readonly notBuilt?: string;
};

const row = (number: number, target: string, attack: string, notBuilt?: string): AttackRow =>
  notBuilt === undefined ? { number, target, attack } : { number, target, attack, notBuilt };

const MDOC = 'ISO mdoc';
const NO_CLIENT_AUTHENTICATION = 'client authentication (holders are anonymous here)';
const ONLINE = 'the online verifier';

/** Every row, in the checklist's order. */
export const ATTACK_ROWS: readonly AttackRow[] = [
  row(1, 'all', 'alg none in any spelling, empty signature'),
  row(3, 'all', "attacker's key in the jwk header where trust decides"),
  row(5, 'all', 'x5c that does not chain, self-signed, wrong order, expired, CA leaf, path length'),
  row(7, 'all', 'crit with unknown or no entries, b64 false'),
  row(9, 'all', 'ES256 signature of zeros, out of range, DER, 63 or 65 bytes'),
  row(11, 'all', 'whitespace, padding, other alphabets, extra full stops'),
  row(13, 'all', 'payload no object, __proto__, deep nesting, 5 MB, lone surrogates, odd exp'),
  row(15, 'issuer', 'client attestation for another audience', NO_CLIENT_AUTHENTICATION),
  row(17, 'all', 'HMAC secret looked up from unverified claims'),
  row(19, 'verifier, wallet', 'unreferenced disclosure appended'),
  row(21, 'verifier, wallet', 'disclosure named _sd or ..., colliding or doubled names'),
  row(23, 'verifier', 'key binding JWT: missing, other key, nonce, aud, iat, sd_hash, typ, alg'),
  row(25, 'verifier', 'key binding JWT stripped'),
  row(27, 'verifier', 'protected claims disclosed selectively'),
  row(29, 'verifier', 'presentation replayed to a second session or verifier'),
  row(31, 'issuer', 'decoys, order or salts that tell issuances apart'),
  row(33, 'verifier, wallet', 'mdoc element changed, added, moved', MDOC),
  row(35, 'verifier', 'docType mismatch', MDOC),
  row(37, 'verifier', 'issuerAuth algorithm and chain confusion', MDOC),
  row(39, 'verifier', 'deviceSigned absent, empty, doubled', MDOC),
  row(41, 'verifier', 'device-signed elements without authorisation', MDOC),
  row(43, 'verifier, issuer', 'CBOR bombs'),
  row(45, 'verifier', 're-encoding before digest', MDOC),
  row(47, 'wallet', 'reader request beyond the query', MDOC),
  row(49, 'issuer', 'tx_code brute force'),
  row(51, 'issuer', 'pre-authorized code guessing'),
  row(53, 'issuer', 'redirect_uri tricks', 'the authorization code flow'),
  row(55, 'wallet', 'mix-up: metadata that names another issuer or authorization server'),
  row(57, 'wallet', 'offer with unknown grants, empty or doubled configuration ids'),
  row(59, 'issuer', 'DPoP and Bearer confused, token in query or body'),
  row(61, 'issuer', 'key proof: nonce, aud, iss, typ, keys, algorithm'),
  row(63, 'issuer', 'two proof types, too many proofs, one key twice'),
  row(65, 'issuer', 'key attestation', 'key attestation'),
  row(67, 'issuer', 'response encryption', 'encrypted credential responses'),
  row(69, 'issuer', 'notification of another user', 'the notification endpoint'),
  row(71, 'issuer', 'Host and X-Forwarded-Host'),
  row(73, 'wallet', 'credential for another key, issuer or type, unsigned, expired'),
  row(75, 'verifier', 'answer replayed, late, or twice at once'),
  row(77, 'verifier', 'direct_post response encryption', ONLINE),
  row(79, 'verifier', 'presentation that does not satisfy the query'),
  row(81, 'verifier', 'presentation by a key that the credential is not bound to'),
  row(83, 'wallet', 'request object: signature, hash, certificate, client_id, aud, typ'),
  row(85, 'wallet', 'request: nonce, client id prefix, transaction data'),
  row(87, 'wallet', 'response keys: unknown, private, of another use'),
  row(89, 'wallet', 'over-disclosure: no claims, null steps, claim sets'),
  row(91, 'verifier', 'compressed status list bomb'),
  row(93, 'verifier', 'status token: sub, typ, alg, signer, exp, ttl, iat, rollback'),
  row(95, 'verifier', 'status omitted, unknown or contradictory'),
  row(97, 'verifier', 'Bitstring Status List', 'the Bitstring Status List'),
  row(99, 'status', 'status change without authorisation'),
  row(101, 'verifier', '@context injection', 'Data Integrity proofs'),
  row(103, 'verifier', 'poison graphs', 'Data Integrity proofs'),
  row(105, 'verifier', 'ecdsa-sd and BBS proofs', 'Data Integrity proofs'),
  row(107, 'verifier', 'did:web to internal addresses'),
  row(109, 'verifier', 'verification method of another purpose, revoked key'),
  row(111, 'all', 'slow regular expressions'),
  row(113, 'issuer, verifier', 'body and header limits, slow requests'),
  row(115, 'all', 'injection in identifiers, NUL, number overflow'),
  row(117, 'issuer', 'clock jumps, time zones'),
  row(119, 'all', 'leaks in errors and logs, terminal escapes'),
  row(121, 'verifier', 'certificate names and structures meant to confuse a parser'),
];
