import * as v from 'valibot';
import { parseWith } from './parse-error.ts';

/** A collision-resistant name; it is compared, and never followed from here. */
const typeNameSchema = v.pipe(v.string(), v.maxLength(2048), v.regex(/^\S+$/));

const sdJwtVcSchema = v.pipe(
  v.object({
    vct: typeNameSchema,
    'vct#integrity': v.optional(v.pipe(v.string(), v.minLength(1))),
    aka_vcts: v.optional(v.pipe(v.array(typeNameSchema), v.minLength(1), v.maxLength(32))),
    iss: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(2048))),
  }),
  v.check(({ vct, aka_vcts = [] }) => !aka_vcts.includes(vct), 'vct_repeated'),
);

/** The claims that an SD-JWT VC has by its specification; other claims are its type's. */
export type SdJwtVcPayload = Readonly<v.InferOutput<typeof sdJwtVcSchema>>;

/**
 * Parses the claims that make a payload an SD-JWT VC.
 *
 * @see SD-JWT VC section 3.2.2
 */
export function parseSdJwtVc(input: unknown): SdJwtVcPayload {
  return parseWith('SD-JWT VC', sdJwtVcSchema, input);
}
