-- E-mail to reporters who agreed: nothing but the question goes out before its receiver has confirmed. The address stays
-- in the slip alone; a mail has its id from its event, so that an event never makes two.
alter table case_slip add column mail_confirmed_at timestamptz;

create table case_mail (
  id uuid primary key,
  slip_id uuid not null references case_slip,
  space smallint not null references space,
  kind text not null check (kind in ('confirm', 'stage')),
  stage jsonb not null,
  -- Of a question to confirm, for a day: whose address it went to, keyed, so that nobody is asked without end.
  asked_hash bytea,
  made_at timestamptz not null,
  state text not null check (state in ('waiting', 'sent', 'failed', 'cancelled', 'exercise')),
  attempts int not null default 0,
  next_at timestamptz not null,
  claimed_by uuid,
  claimed_until timestamptz,
  sent_at timestamptz,
  -- What the gateway or the mail server said last, without the address.
  answer text not null default '',
  check (space = 0 or state = 'exercise')
);
create index case_mail_due on case_mail (next_at) where state = 'waiting';
create index case_mail_slip on case_mail (slip_id);
create index case_mail_asked on case_mail (asked_hash, made_at) where asked_hash is not null;
create index case_mail_state on case_mail (state, made_at);

grant select, insert, update on case_mail to mudan_centre;
alter table case_mail enable row level security;
create policy scope on case_mail using (mudan_system());
call mudan_hoist();
