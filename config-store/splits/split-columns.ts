/** Columns of a `StoredSplit`, from `split` or `split_history`. */
export const splitColumns = `app, environment, version, stable, candidate, weight, include, exclude, salt, counting,
  release_id as "releaseId"`;
