import type { EpochSeconds } from '@symbolon/schemas';
import type { Registration } from '@symbolon/schemas/registration-certificate';
import { findStatus, type TrustBundle, TrustError } from '@symbolon/trust';
import { PresentationError } from '../error.ts';

/** A list lives for two weeks; older than that, it says nothing about a registration either. */
const MAX_AGE_SECONDS = 14 * 86_400;

/**
 * Looks the status of a registration up in the lists of the trust bundle.
 *
 * @returns The list's age in seconds; `undefined` for a registration without a status, whose
 *   revocation is that of its access certificate.
 * @throws {@link PresentationError} `registration_revoked`, also for a suspended one;
 *   `registration_status_unknown` when the bundle has no usable list.
 */
export async function registrationStatusAge(
  { status }: Registration,
  { bundle, now }: { readonly bundle: TrustBundle; readonly now: EpochSeconds },
): Promise<number | undefined> {
  if (status === undefined) return undefined;
  const reference = status.status_list;
  // A list is signed by the issuer under whose address it is published.
  const issuer = bundle.document.issuers.find((each) =>
    reference.uri.startsWith(`${each.issuer}/`),
  );
  try {
    const { ageSeconds } = await findStatus(bundle, reference, {
      issuer: issuer?.issuer ?? '',
      maxAgeSeconds: MAX_AGE_SECONDS,
      now,
    });
    return ageSeconds;
  } catch (cause) {
    if (!(cause instanceof TrustError)) throw cause;
    const revoked = cause.code === 'credential_revoked' || cause.code === 'credential_suspended';
    throw revoked
      ? new PresentationError('registration_revoked', 'the registration was revoked', { cause })
      : new PresentationError(
          'registration_status_unknown',
          'no usable list says that the registration is not revoked',
          { cause, hint: 'import a newer trust bundle' },
        );
  }
}
