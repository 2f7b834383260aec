-- Questions about an order that wait for their answer, and the price of what was asked for.
alter table resource_order
  add column asker_question text not null default '',
  add column lender_question text not null default '',
  add column price_wanted boolean not null default false,
  add column price double precision check (price >= 0);
alter table resource_message add column price double precision check (price >= 0);
