import { Refusal } from '@symbolon/schemas';

/** Why an operator's command is not carried out. */
export type IssuerErrorCode =
  | 'authority_missing'
  | 'authority_exists'
  | 'authority_incomplete'
  | 'configuration_invalid'
  | 'folder_unusable'
  | 'folder_in_use'
  | 'address_in_use'
  | 'request_invalid'
  | 'response_invalid'
  | 'bundle_time_in_future'
  | 'bundle_back_dating_refused'
  | 'policy_unknown'
  | 'relying_party_unknown'
  | 'certificates_exist'
  | 'file_not_json'
  | 'unhealthy';

/** An operator's command is refused, with a stable `code`. */
export class IssuerError extends Refusal<IssuerErrorCode> {
  override readonly name = 'IssuerError';
}
