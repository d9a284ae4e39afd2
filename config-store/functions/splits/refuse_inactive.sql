-- An app that serves nothing there: said in the words of domain/refusals.ts.
create or replace function refuse_inactive(p_app text, p_environment text) returns void language plpgsql stable as $$
begin
  raise exception '% has no stable revision in %.', p_app, p_environment using errcode = 'SLNAC',
    detail = '{"code": "app_not_active"}', hint = format('Give it one first: sluice app create %s --stable.', p_app);
end $$;
