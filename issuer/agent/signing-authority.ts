import type { VaultKey } from './key-vault.ts';

/** A certificate authority of the vault, as a certificate is made with it. */
export function signingAuthority({ certificates, signer }: VaultKey): {
  readonly certificate: string;
  readonly signer: VaultKey['signer'];
} {
  const [certificate] = certificates;
  if (certificate === undefined) throw new RangeError('the authority has no certificate');
  return { certificate, signer };
}
