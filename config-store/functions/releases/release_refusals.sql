-- What a release would refuse now, by the functions that refuse it: of each command {message, hint}, of an approval by this
-- subject a word, of taking its revision out a sentence. What is not refused is null.
create or replace function release_refusals(p_release text, p_subject text) returns jsonb language plpgsql stable as $$
declare
  rel release;
  cur split;
  asked jsonb;
begin
  select * into rel from release where id = p_release;
  if not found then return null; end if;
  select * into cur from split where app = rel.app and environment = rel.environment;
  asked := approval_asked(rel);
  return jsonb_build_object(
    'pause', command_refusal(rel, cur, 'pause'),
    'resume', command_refusal(rel, cur, 'resume'),
    'abort', command_refusal(rel, cur, 'abort'),
    -- A promotion of a paused release is offered as one that ends the pause.
    'promote', command_refusal(rel, cur, 'promote', p_resume => rel.state = 'paused'),
    'approve', approval_refusal(rel, asked, p_subject),
    'rollback', case when not can_take_out(rel, cur, rel.revision) then 'It serves nowhere in ' || rel.environment || '.'
      when rel.revision = cur.stable and way_back(rel.app, rel.environment, rel.revision) ->> 'target' is null
        then 'There is no former stable revision to go back to.' end,
    'asked', asked,
    'split', jsonb_build_object('version', cur.version, 'weight', case when cur.release_id = rel.id then cur.weight else 0 end,
      'audience', case when cur.release_id = rel.id then audience_share(cur) end, 'stable', cur.stable, 'candidate', cur.candidate));
end $$;
