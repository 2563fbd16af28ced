import type { Random } from '@symbolon/credentials/crypto';
import type { EpochSeconds } from '@symbolon/schemas';
import type { IssuerAgent } from './agent/contract.ts';
import type { IssuerConfig } from './config.ts';
import type { PopulationRegister } from './register/population-register.ts';
import type { StatusLists } from './status/status-lists.ts';
import type { IssuanceStore } from './store/issuance-store.ts';
import type { TrustBundles } from './trust-bundle/trust-bundles.ts';

/**
 * An open authority: everything that the HTTP service and the commands work on. Who has one has
 * the data folder for himself.
 */
export type Issuer = {
  /** The data folder. */
  readonly folder: string;
  readonly config: IssuerConfig;
  readonly agent: IssuerAgent;
  readonly store: IssuanceStore;
  readonly register: PopulationRegister;
  readonly statusLists: StatusLists;
  readonly trustBundles: TrustBundles;
  readonly now: () => EpochSeconds;
  readonly random: Random;
  /** Finishes what is under way, closes the store and gives the folder back. */
  readonly close: () => Promise<void>;
};
