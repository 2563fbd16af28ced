import type { SdJwtFormat } from '@symbolon/schemas';
import type { Profile } from './contract.ts';
import { sdJwtVcProfile } from './sd-jwt-vc.ts';
import { w3cProfile } from './w3c.ts';

const PROFILES: Readonly<Record<SdJwtFormat, Profile>> = {
  'dc+sd-jwt': sdJwtVcProfile,
  'vc+sd-jwt': w3cProfile,
};

/** The rules of a format. */
export function profileOf(format: SdJwtFormat): Profile {
  return PROFILES[format];
}
