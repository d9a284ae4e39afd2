/** What a statement goes on with that asks for all functions of ours, as `p`: those of triggers too, none of an extension. */
export const fromOwnFunctions = `from pg_proc p
  where p.pronamespace = current_schema()::regnamespace and p.prokind = 'f'
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`;
