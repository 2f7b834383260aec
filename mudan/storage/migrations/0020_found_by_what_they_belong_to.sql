-- What is looked for by what it belongs to, without reading the whole table.
create index call_step_parent on call_step (parent_id) where parent_id is not null;
create index call_step_node on call_step (node_id) where node_id is not null;
create index call_run_incident on call_run (incident_id) where incident_id is not null;
create index need_incident on need (incident_id) where incident_id is not null;
create index par_incident on par (incident_id) where incident_id is not null;
create index panic_task on panic (task_id) where task_id is not null;
create index directive_person on directive (to_person) where to_person is not null;
create index response_plan on response (plan_id);
create index road_closure_incident on road_closure (incident_id) where incident_id is not null;
