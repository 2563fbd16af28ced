import type { EpochSeconds } from '@symbolon/schemas';
import { createTrustBundle } from '@symbolon/trust';
import { IssuerError } from '../error.ts';
import type { Issuer } from '../issuer.ts';
import { type BundleSource, createBundleDocument } from './create-bundle-document.ts';

/** A trust bundle, and what stands on its label. */
type MadeTrustBundle = {
  readonly compact: string;
  readonly sequence: number;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
};

/** Where the authority's trust bundles come from. */
export type TrustBundles = {
  /** The bundle to hand out now: made anew after a change, and at the latest after a minute. */
  readonly current: () => Promise<string>;
  /** A new bundle with the next number, as of now. */
  readonly create: () => Promise<MadeTrustBundle>;
  /**
   * A bundle as it would have been made at an earlier time; for demonstrations only, and never
   * handed out by {@link TrustBundles.current}.
   *
   * @throws {@link IssuerError} `bundle_back_dating_refused` unless this is a demo authority;
   *   `bundle_time_in_future`.
   */
  readonly createBackDated: (issuedAt: EpochSeconds) => Promise<MadeTrustBundle>;
  /** Something that a bundle says has changed. */
  readonly invalidate: () => void;
};

const CURRENT_SECONDS = 60;

/** The bundles of an authority; each has a number that was on disk before the bundle existed. */
export function createTrustBundles(source: BundleSource & Pick<Issuer, 'now'>): TrustBundles {
  let held: { readonly bundle: Promise<MadeTrustBundle>; readonly until: EpochSeconds } | undefined;

  const make = async (issuedAt: EpochSeconds): Promise<MadeTrustBundle> => {
    const sequence = await source.store.nextSequence('trust_bundle');
    const document = await createBundleDocument(source, { sequence, issuedAt });
    const compact = await createTrustBundle(document, source.agent.bundleSigner);
    return { compact, sequence, issuedAt, expiresAt: document.expires_at };
  };
  const create = (): Promise<MadeTrustBundle> => {
    const now = source.now();
    const made = { bundle: make(now), until: now + CURRENT_SECONDS };
    held = made;
    // What failed is not held on to: the next one asks again.
    made.bundle.catch(() => {
      if (held === made) held = undefined;
    });
    return made.bundle;
  };
  return {
    current: async (): Promise<string> => {
      const now = source.now();
      const made = held !== undefined && now < held.until ? held.bundle : create();
      return (await made).compact;
    },
    create,
    createBackDated: async (issuedAt): Promise<MadeTrustBundle> => {
      if (!source.config.demo) {
        throw new IssuerError(
          'bundle_back_dating_refused',
          'only a demo authority may date a bundle back',
          { hint: "leave '--issued-at' out" },
        );
      }
      if (issuedAt > source.now()) {
        throw new IssuerError('bundle_time_in_future', 'the time of a bundle must be in the past');
      }
      return make(issuedAt);
    },
    invalidate: (): void => {
      held = undefined;
    },
  };
}
