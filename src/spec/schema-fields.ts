import { z } from 'zod';
import { specSchema } from './schema.ts';

/** Names of the fields that the schema allows at a path; empty where any name goes or none. */
export function findFieldNames(path: readonly PropertyKey[]): string[] {
  let schemas: unknown[] = [specSchema];
  for (const step of path)
    schemas = schemas.flatMap(unwrap).flatMap((schema) => enter(schema, step));
  return schemas
    .flatMap(unwrap)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

/** The schemas behind optional fields and alternatives. */
function unwrap(schema: unknown): unknown[] {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return [schema];
}

function enter(schema: unknown, step: PropertyKey): unknown[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Record<PropertyKey, unknown> = schema.shape;
  return Object.hasOwn(shape, step) ? [shape[step]] : [];
}
